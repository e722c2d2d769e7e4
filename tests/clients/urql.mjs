// Ask the real graph with urql as an application would; print what it got.
import { Client, cacheExchange, fetchExchange } from "@urql/core";
import { AGENCY, FILE, LIST, SILENT, UNKNOWN, input } from "./questions.mjs";
import { noting, printed, told } from "./wire.mjs";

const [url] = process.argv.slice(2);

async function ask(how, options = {}) {
  const heard = [];
  const client = new Client({
    url,
    exchanges: [cacheExchange, fetchExchange],
    fetch: noting(heard),
    preferGetMethod: false,
    ...options,
  });
  const { data, error } = await how(client).toPromise();
  return { data: data ?? null, errors: told(error?.graphQLErrors), heard };
}

console.log(
  printed({
    list: await ask((client) => client.query(LIST, { first: 2 })),
    byGet: await ask((client) => client.query(AGENCY, { code: "water" }), {
      preferGetMethod: "force",
    }),
    partial: await ask((client) => client.query(SILENT, {})),
    unknown: await ask((client) => client.query(UNKNOWN, {})),
    filed: await ask((client) => client.mutation(FILE, { input: input("urql") })),
  }),
);
