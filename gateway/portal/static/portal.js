// Pages are whole without this; it spares waiting and mistakes where it runs.

// A form is sent once: what a second tap would send is the same, and need not be sent.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => form.querySelectorAll("button").forEach((each) => { each.disabled = true; }));
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.querySelectorAll("button").forEach((each) => { each.disabled = false; });
}));

// Where something has to be corrected, whoever listens to the page hears it first.
document.getElementById("problems")?.focus();

// Whoever stands at the place need not write where that is, if their browser may tell.
const here = document.getElementById("here");
if (here && navigator.geolocation) {
  const said = document.getElementById("here-said");
  here.hidden = false;
  here.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      document.getElementById("latitude").value = coords.latitude;
      document.getElementById("longitude").value = coords.longitude;
      said.textContent = here.dataset.found;
    },
    () => { said.textContent = here.dataset.failed; },
  ));
}

// A case that is looked at stays as it is now: what changes is fetched and put in its place.
const live = document.querySelector("[data-live]");
if (live) {
  const asked = new URLSearchParams({ query: live.dataset.live, variables: live.dataset.variables });
  const told = new EventSource(`/graphql?${asked}`);
  told.addEventListener("next", async (event) => {
    const change = JSON.parse(event.data).data?.complaintChanged;
    if (!change || String(change.version) === live.dataset.version) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (!fresh) return;
    live.dataset.version = fresh.dataset.version;
    document.getElementById("state")?.replaceWith(page.getElementById("state"));
    document.getElementById("timeline")?.replaceWith(page.getElementById("timeline"));
    const news = document.getElementById("news");
    if (news) news.hidden = false;
  });
  told.addEventListener("complete", () => told.close());
}
