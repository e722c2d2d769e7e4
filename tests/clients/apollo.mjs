// Ask the real graph with Apollo Client as an application would; print what it got.
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client/core/index.js";
import { AGENCY, FILE, LIST, SILENT, UNKNOWN, input } from "./questions.mjs";
import { noting, printed, told } from "./wire.mjs";

const [url] = process.argv.slice(2);

async function ask(how, options = {}) {
  const heard = [];
  const client = new ApolloClient({
    link: new HttpLink({ uri: url, fetch: noting(heard), ...options }),
    cache: new InMemoryCache(),
    defaultOptions: { query: { errorPolicy: "all" }, mutate: { errorPolicy: "all" } },
  });
  try {
    const { data, errors } = await how(client);
    return { data: data ?? null, errors: told(errors), heard };
  } catch (error) {
    return { data: null, errors: told(error.networkError?.result?.errors), heard };
  }
}

console.log(
  printed({
    list: await ask((client) => client.query({ query: gql(LIST), variables: { first: 2 } })),
    byGet: await ask(
      (client) => client.query({ query: gql(AGENCY), variables: { code: "water" } }),
      { useGETForQueries: true },
    ),
    partial: await ask((client) => client.query({ query: gql(SILENT) })),
    unknown: await ask((client) => client.query({ query: gql(UNKNOWN) })),
    filed: await ask((client) =>
      client.mutate({ mutation: gql(FILE), variables: { input: input("apollo") } }),
    ),
  }),
);
