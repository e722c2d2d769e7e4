// Hold the server at the address given against GraphQL over HTTP; print each audit's outcome.
import { auditServer } from "graphql-http";

const [url] = process.argv.slice(2);
const outcomes = await auditServer({ url, fetchFn: fetch });
console.log(
  JSON.stringify(outcomes.map(({ id, name, status, reason }) => ({ id, name, status, reason }))),
);
