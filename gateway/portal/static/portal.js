// Pages are whole without this; it spares waiting and mistakes where it runs.

const by = (id) => document.getElementById(id);
const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

// The same in many cases, one by one: one sees how far it has come.
addEventListener("submit", async (event) => {
  const form = event.target, { each } = form.dataset, given = new FormData(form, event.submitter);
  const all = each ? given.getAll(each) : [], told = [];
  if (all.length < 2) return;
  event.preventDefault();
  form.inert = true;
  const bar = document.querySelector("progress");
  let page;
  bar.max = all.length;
  bar.closest("p").hidden = false;
  try {
    for (const one of all) {
      given.set(each, one);
      page = await parsed(await fetch(form.action, { method: "POST", body: new URLSearchParams(given) }));
      bar.value = told.push(page.querySelector("#told > li").cloneNode(true));
    }
    page.querySelector("#told").replaceChildren(...told);
    document.querySelector("main").replaceWith(page.querySelector("main"));
    by("told").focus();
  } catch {
    // All at once: what was done already is done once.
    delete form.dataset.each;
    form.inert = false;
    form.requestSubmit(event.submitter);
  }
});

// A second tap would send the same, and need not.
addEventListener("submit", (event) => {
  const { dataset } = event.target;
  // What comes of some is kept beside the page, which stays.
  if (event.defaultPrevented || "stays" in dataset) return;
  if (dataset.sent) event.preventDefault();
  dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => { delete form.dataset.sent; }));

// What is wrong, or was done, is heard first.
(by("problems") ?? by("told"))?.focus();

// Whoever stands at the place need not write where that is, if their browser may tell.
const here = by("here");
if (here && navigator.geolocation) {
  const said = by("here-said");
  here.hidden = false;
  here.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      by("latitude").value = coords.latitude;
      by("longitude").value = coords.longitude;
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
    const page = await parsed(answer);
    const fresh = page.querySelector("[data-live]");
    if (!fresh) return;
    live.dataset.version = fresh.dataset.version;
    by("state")?.replaceWith(page.getElementById("state"));
    by("timeline")?.replaceWith(page.getElementById("timeline"));
    const news = by("news");
    if (news) news.hidden = false;
  });
  told.addEventListener("complete", () => told.close());
}
