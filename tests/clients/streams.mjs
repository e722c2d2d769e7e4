// Subscribe to the toy graph over event streams and WebSockets; print what each client got.
import { Client, fetchExchange } from "@urql/core";
import { createClient as createEvents } from "graphql-sse";
import { createClient as createSockets } from "graphql-ws";
import { all, noting } from "./wire.mjs";

const [url] = process.argv.slice(2);
const COUNT = "subscription Count($to: Int!) { count(to: $to) }";
const count = { query: COUNT, variables: { to: 3 } };
const hello = { query: "{ hello }" };

// A subscription of urql's, which gives its results to a callback.
function urql() {
  const heard = [];
  const client = new Client({
    url,
    exchanges: [fetchExchange],
    fetch: noting(heard),
    fetchSubscriptions: true,
    preferGetMethod: false,
  });
  return new Promise((resolve) => {
    const got = [];
    client.subscription(COUNT, { to: 3 }).subscribe(({ data, hasNext }) => {
      if (hasNext) got.push(data);
      else resolve({ got, heard });
    });
  });
}

const heard = [];
const events = createEvents({ url, fetchFn: noting(heard), retryAttempts: 0 });
const sockets = createSockets({ url: url.replace("http", "ws"), retryAttempts: 0, lazy: true });

console.log(
  JSON.stringify({
    events: { count: await all(events.iterate(count)), hello: await all(events.iterate(hello)), heard },
    sockets: { count: await all(sockets.iterate(count)), hello: await all(sockets.iterate(hello)) },
    refused: await all(sockets.iterate({ query: "{ unheardOf }" })).catch((errors) =>
      errors.map(({ message }) => message),
    ),
    urql: await urql(),
  }),
);
await sockets.dispose();
