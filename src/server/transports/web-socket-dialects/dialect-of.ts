import type { IncomingHttpHeaders } from 'node:http';
import type { Dialect } from './dialect.ts';
import { graphqlTransportWs } from './graphql-transport-ws.ts';
import { graphqlWs } from './graphql-ws.ts';

/** In the order in which they are chosen where a client offers both. */
const DIALECTS = [graphqlTransportWs, graphqlWs];

/** The dialect in which an upgrade request is answered. Null if the client offers none that there is. */
export function dialectOf(headers: IncomingHttpHeaders): Dialect | null {
  const offered = headers['sec-websocket-protocol'] ?? '';
  const names = new Set(offered.split(',').map((name) => name.trim()));
  return DIALECTS.find(({ subprotocol }) => names.has(subprotocol)) ?? null;
}

export const NO_DIALECT = {
  status: 400,
  error: `GraphQL over WebSocket needs one of the subprotocols ${DIALECTS.map(({ subprotocol }) => subprotocol).join(', ')}: offer one in Sec-WebSocket-Protocol.`,
};
