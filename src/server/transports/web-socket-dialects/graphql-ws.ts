import { z } from 'zod';
import type { ClientMessage, Dialect } from './dialect.ts';

const object = z.record(z.string(), z.unknown());
const id = z.string().min(1);

const clientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection_init'), payload: object.nullish() }),
  z.object({
    type: z.literal('start'),
    id,
    // Whatever else is in it may name a trusted document.
    payload: z.looseObject({
      query: z.string().default(''),
      operationName: z.string().nullish(),
      variables: object.nullish(),
      extensions: object.nullish(),
    }),
  }),
  z.object({ type: z.literal('stop'), id }),
  z.object({ type: z.literal('connection_terminate') }),
]);

const KEEP_ALIVE = { type: 'ka' };

/**
 * The older subprotocol, of subscriptions-transport-ws
 * (https://github.com/apollographql/subscriptions-transport-ws/blob/master/PROTOCOL.md). Its clients watch for
 * `ka`: once the first has come, silence means to them that the connection is dead.
 */
export const graphqlWs: Dialect = {
  subprotocol: 'graphql-ws',
  parse(text) {
    const message = messageOf(text);
    return message === null ? null : meaningOf(message);
  },
  admitted: [{ type: 'connection_ack' }, KEEP_ALIVE],
  result: (of, payload) => ({ type: 'data', id: of, payload }),
  // The payload is one error. Clients that know of `errors` see all of them.
  refused: (of, errors) => {
    const [first] = errors;
    const payload = errors.length > 1 ? { ...first?.toJSON(), errors } : first;
    return { type: 'error', id: of, payload };
  },
  complete: (of) => ({ type: 'complete', id: of }),
  fault: (message) => ({ type: 'connection_error', payload: { message } }),
  heartbeat: KEEP_ALIVE,
  startsEarly: true,
  replaces: true,
};

function meaningOf(message: z.infer<typeof clientMessage>): ClientMessage {
  switch (message.type) {
    case 'connection_init':
      return { kind: 'initialise', parameters: message.payload ?? {} };
    case 'start':
      return { kind: 'start', id: message.id, payload: message.payload };
    case 'stop':
      return { kind: 'stop', id: message.id };
    case 'connection_terminate':
      break;
  }
  return { kind: 'leave' };
}

function messageOf(text: string): z.infer<typeof clientMessage> | null {
  try {
    return clientMessage.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
