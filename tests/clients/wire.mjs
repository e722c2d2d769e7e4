// What a client and the server say to each other, and what the client makes of it.

// A fetch that notes in `heard` how each answer was asked for and how it came.
export function noting(heard) {
  return async (url, options = {}) => {
    const response = await fetch(url, options);
    heard.push({
      method: options.method ?? "GET",
      accept: new Headers(options.headers).get("Accept"),
      status: response.status,
      type: response.headers.get("Content-Type"),
    });
    return response;
  };
}

// The parts of GraphQL errors that callers rely on.
export function told(errors) {
  return (errors ?? []).map(({ message, path, extensions }) => ({
    message,
    path: path ?? null,
    code: extensions?.code ?? null,
  }));
}

// What an async iterable gives until it ends.
export async function all(results) {
  const got = [];
  for await (const result of results) got.push(result);
  return got;
}

// `value` as JSON, without the type names that clients add to what was asked.
export function printed(value) {
  return JSON.stringify(value, (key, each) => (key === "__typename" ? undefined : each));
}
