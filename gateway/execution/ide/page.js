// Show GraphiQL, asking the graph at this page's own address.
"use strict";

async function ask(operation, { headers = {} } = {}) {
  const response = await fetch(location.pathname, {
    method: "POST",
    headers: {
      Accept: "application/graphql-response+json, text/event-stream",
      "Content-Type": "application/json",
      ...headers,
    },
    body: JSON.stringify(operation),
  });
  const streamed = response.headers.get("Content-Type").startsWith("text/event-stream");
  return streamed ? events(response.body) : response.json();
}

// The results of a subscription; leaving the loop hangs up.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let pending = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const frames = (pending + value).split("\n\n");
      pending = frames.pop();
      for (const frame of frames) {
        if (frame.startsWith("event: complete")) return;
        if (frame.startsWith("event: next")) yield JSON.parse(frame.slice(frame.indexOf("{")));
      }
    }
  } finally {
    await reader.cancel();
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const examples = JSON.parse(document.getElementById("examples").textContent);
  ReactDOM.render(
    React.createElement(GraphiQL, {
      fetcher: ask,
      defaultTabs: examples.map((query) => ({ query })),
      isHeadersEditorEnabled: true,
    }),
    document.getElementById("graphiql"),
  );
});
