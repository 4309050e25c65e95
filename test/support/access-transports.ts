import { once } from 'node:events';
import { WebSocket } from 'ws';
import { FORM_HEADERS } from './multipart-client.ts';
import { QUERY, SUBSCRIPTION, UPLOAD_FORM } from './transport-requests.ts';

/** The credentials as headers; over WebSocket also as parameters. */
export type Credentials = Readonly<Record<string, string>>;

type SendWithCredentials = (endpoint: string, credentials: Credentials) => Promise<string>;

const json = { 'content-type': 'application/json' };
async function post(
  endpoint: string,
  headers: Credentials,
  body: string | Uint8Array<ArrayBuffer>,
) {
  return answerOf(await fetch(endpoint, { method: 'POST', headers, body }));
}

/** Recognises the refusal of the contract, or else describes the response. */
async function answerOf(response: Response): Promise<string> {
  const text = await response.text();
  if (response.status === 200) return 'let in';
  const challenge = response.headers.get('www-authenticate');
  const refused =
    response.status === 401 &&
    /^Bearer\b/.test(challenge ?? '') &&
    /"code":"UNAUTHENTICATED","retryable":false/.test(text);
  return refused ? 'refused' : `${response.status} ${challenge}: ${text}`;
}

/**
 * Whether a WebSocket is acknowledged, or closed as the protocol says; or else how it was closed.
 */
async function connect(
  endpoint: string,
  headers: Credentials,
  payload?: object,
  subprotocol = 'graphql-transport-ws',
): Promise<string> {
  const socket = new WebSocket(endpoint.replace('http', 'ws'), subprotocol, { headers });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  const answer = await Promise.race([once(socket, 'message'), once(socket, 'close')]);
  const [said] = answer.map(String);
  socket.close();
  if (said === '{"type":"connection_ack"}') return 'let in';
  const refusal = '{"type":"connection_error","payload":{"message":"Forbidden"}}';
  return said === '4403' || said === refusal ? 'refused' : `closed with ${said}`;
}

/**
 * Every transport of an operation. Each resolves with `let in` or `refused`, or else with what
 * arrived.
 */
export const transports = {
  POST: (endpoint, headers) =>
    post(endpoint, { ...json, ...headers }, JSON.stringify({ query: QUERY })),
  GET: async (endpoint, headers) =>
    answerOf(await fetch(`${endpoint}?${new URLSearchParams({ query: QUERY })}`, { headers })),
  'server-sent events': (endpoint, headers) =>
    post(
      endpoint,
      { ...json, accept: 'text/event-stream', ...headers },
      JSON.stringify({ query: SUBSCRIPTION }),
    ),
  'an upload': (endpoint, headers) => post(endpoint, { ...FORM_HEADERS, ...headers }, UPLOAD_FORM),
  'a WebSocket’s headers': (endpoint, headers) => connect(endpoint, headers),
  'a WebSocket’s parameters': (endpoint: string, parameters: object) =>
    connect(endpoint, {}, parameters),
  'the older WebSocket protocol’s parameters': (endpoint, parameters) =>
    connect(endpoint, {}, parameters, 'graphql-ws'),
} satisfies Readonly<Record<string, SendWithCredentials>>;
