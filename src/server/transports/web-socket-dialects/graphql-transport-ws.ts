import { GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, parseMessage, type Message } from 'graphql-ws';
import type { ClientMessage, Dialect } from './dialect.ts';

/** The subprotocol of graphql-ws. */
export const graphqlTransportWs: Dialect = {
  subprotocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
  parse(text) {
    const message = messageOf(text);
    return message === null ? null : meaningOf(message);
  },
  admitted: [{ type: MessageType.ConnectionAck }],
  result: (id, payload) => ({ id, type: MessageType.Next, payload }),
  refused: (id, payload) => ({ id, type: MessageType.Error, payload }),
  complete: (id) => ({ id, type: MessageType.Complete }),
  fault: () => null,
  heartbeat: null,
  startsEarly: false,
  replaces: false,
};

function meaningOf(message: Message): ClientMessage | null {
  switch (message.type) {
    case MessageType.ConnectionInit:
      return { kind: 'initialise', parameters: message.payload ?? {} };
    case MessageType.Subscribe:
      return { kind: 'start', id: message.id, payload: message.payload };
    case MessageType.Complete:
      return { kind: 'stop', id: message.id };
    case MessageType.Ping:
      return { kind: 'ping', payload: message.payload ?? undefined };
    case MessageType.Pong:
      return { kind: 'pong' };
    // Only a server may send these.
    case MessageType.ConnectionAck:
    case MessageType.Next:
    case MessageType.Error:
      break;
  }
  return null;
}

/** Null for what is not a message of the protocol. */
function messageOf(text: string): Message | null {
  try {
    return parseMessage(text);
  } catch {
    return null;
  }
}
