/** One operation, ready to be sent. */
export interface GraphQLRequest {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * The fetch options for an operation, with `files` by the names of their variables, and with the
 * user's own headers.
 */
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
 * Follows the GraphQL multipart request specification: the variables hold null, and `map` says
 * which part belongs to which.
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
  // A foreign page can send a form without a preflight. The gateway accepts a form only with this
  // header.
  headers.set('GraphQL-Preflight', '1');
  // The browser sets it, with the boundary that only the browser knows.
  headers.delete('Content-Type');
  return { method: 'POST', headers, body: form };
}
