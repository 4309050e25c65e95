/** One operation as it goes out. */
export interface GraphQLRequest {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** An operation as it is posted, with `files` by the names of their variables, and with a person's own headers. */
export function requestInit(
  request: GraphQLRequest,
  files: ReadonlyMap<string, File>,
  ownHeaders: Headers,
): RequestInit {
  const headers = new Headers(ownHeaders);
  headers.set('Accept', 'application/graphql-response+json, application/json;q=0.9');
  return files.size > 0 ? multipartRequest(request, files, headers) : jsonRequest(request, headers);
}

function jsonRequest(request: GraphQLRequest, headers: Headers): RequestInit {
  headers.set('Content-Type', 'application/json');
  return { method: 'POST', headers, body: JSON.stringify(request) };
}

/**
 * As the GraphQL multipart request specification says: the variables hold null,
 * and `map` tells which part belongs to which.
 */
function multipartRequest(
  request: GraphQLRequest,
  files: ReadonlyMap<string, File>,
  headers: Headers,
): RequestInit {
  const names = [...files.keys()];
  const nulls = Object.fromEntries(names.map((name) => [name, null]));
  const form = new FormData();
  form.append(
    'operations',
    JSON.stringify({ ...request, variables: { ...request.variables, ...nulls } }),
  );
  form.append(
    'map',
    JSON.stringify(Object.fromEntries(names.map((name, index) => [index, [`variables.${name}`]]))),
  );
  [...files.values()].forEach((file, index) => form.append(String(index), file));
  // A form is all that a foreign page may send unasked; the gateway takes one only with this header.
  headers.set('GraphQL-Preflight', '1');
  // With its boundary, which only the browser knows.
  headers.delete('Content-Type');
  return { method: 'POST', headers, body: form };
}
