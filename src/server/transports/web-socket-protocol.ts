import type { ExecutionResult } from 'graphql';
import {
  CloseCode,
  MessageType,
  parseMessage,
  type Message,
  type PingMessage,
  type SubscribeMessage,
} from 'graphql-ws';
import type { Connection, RunningOperation } from './web-socket-connection.ts';
import type { SocketOperations } from './web-socket-operations.ts';

/** The server's part of `graphql-transport-ws`. It keeps all that it knows of a connection in `Connection`. */
export interface SocketProtocol {
  /** Acts on a message of the client. */
  receive(connection: Connection, text: string): void;
  /** Releases what a connection that has closed held, and ends its operations. */
  closed(connection: Connection): void;
}

export interface SocketProtocolOptions {
  /** Authenticates the client by the payload of its first message. Resolves with false if it is rejected. */
  readonly admit: (connection: Connection, parameters: Parameters) => Promise<boolean>;
  readonly operations: SocketOperations;
  /** Called if the gateway itself fails. */
  readonly onFailure: (connection: Connection, error: unknown) => void;
}

type Parameters = Readonly<Record<string, unknown>>;

/** What a close frame can carry, in bytes. */
const MAX_REASON_BYTES = 123;

/**
 * Written by hand, on the messages and codes of graphql-ws: the server of that library keeps about 2 KB for each
 * subscription, of which the message that began it is a part, and thousands wait.
 */
export function createSocketProtocol(options: SocketProtocolOptions): SocketProtocol {
  const { admit, operations, onFailure } = options;

  function receive(connection: Connection, text: string): void {
    const message = messageOf(text);
    if (message === null) return refuseMessage(connection);
    switch (message.type) {
      case MessageType.ConnectionInit:
        return follow(connection, initialise(connection, message.payload ?? {}));
      case MessageType.Subscribe:
        return follow(connection, start(connection, message));
      case MessageType.Complete:
        return follow(connection, stop(connection, message.id));
      case MessageType.Ping:
        return follow(connection, pong(connection, message));
      case MessageType.Pong:
        return undefined;
      // Only a server may send these.
      case MessageType.ConnectionAck:
      case MessageType.Next:
      case MessageType.Error:
        return refuseMessage(connection);
    }
  }

  function follow(connection: Connection, work: Promise<unknown>) {
    work.catch((error: unknown) => onFailure(connection, error));
  }

  async function initialise(connection: Connection, parameters: Parameters) {
    const { socket, initTimer } = connection;
    if (initTimer === null) {
      const reason = 'Too many initialisation requests';
      return socket.close(CloseCode.TooManyInitialisationRequests, reason);
    }
    clearTimeout(initTimer);
    connection.initTimer = null;
    if (!(await admit(connection, parameters))) {
      return socket.close(CloseCode.Forbidden, 'Forbidden');
    }
    return send(connection, { type: MessageType.ConnectionAck });
  }

  async function start(connection: Connection, { id, payload }: SubscribeMessage): Promise<void> {
    const { socket, client, running } = connection;
    if (client === null) return socket.close(CloseCode.Unauthorized, 'Unauthorized');
    if (running.has(id)) return socket.close(CloseCode.SubscriberAlreadyExists, existsReason(id));
    const operation: RunningOperation = { results: null };
    running.set(id, operation);
    const outcome = await operations.run(connection, client, payload);
    if (running.get(id) !== operation) {
      // The client has left, or wants it no more.
      if ('results' in outcome) await outcome.results.return?.();
    } else if ('results' in outcome) {
      operation.results = outcome.results;
      // Nothing of the message is kept while the subscription lasts.
      follow(connection, deliver(connection, id, operation, outcome.results));
    } else if ('result' in outcome) {
      await send(connection, { id, type: MessageType.Next, payload: outcome.result });
      await finish(connection, id, operation);
    } else {
      running.delete(id);
      await send(connection, { id, type: MessageType.Error, payload: outcome.errors });
    }
  }

  return {
    receive,
    closed(connection) {
      clearTimeout(connection.initTimer ?? undefined);
      connection.sessionWatch?.[Symbol.dispose]();
      for (const id of connection.running.keys()) follow(connection, stop(connection, id));
    },
  };
}

/** Sends no more results than the client reads. */
async function deliver(
  connection: Connection,
  id: string,
  operation: RunningOperation,
  results: AsyncIterator<ExecutionResult>,
): Promise<void> {
  let next = await results.next();
  while (next.done !== true) {
    await send(connection, { id, type: MessageType.Next, payload: next.value });
    next = await results.next();
  }
  await finish(connection, id, operation);
}

/** Tells the client that an operation has ended, unless it ended that itself. */
async function finish(connection: Connection, id: string, operation: RunningOperation) {
  if (connection.running.get(id) !== operation) return;
  connection.running.delete(id);
  await send(connection, { id, type: MessageType.Complete });
}

async function stop({ running }: Connection, id: string) {
  const operation = running.get(id);
  running.delete(id);
  await operation?.results?.return?.();
}

function pong(connection: Connection, { payload }: PingMessage) {
  return send(connection, { type: MessageType.Pong, payload: payload ?? undefined });
}

function refuseMessage({ socket }: Connection) {
  socket.close(CloseCode.BadRequest, 'Invalid message received');
}

/** Null for what is not a message of the protocol. */
function messageOf(text: string): Message | null {
  try {
    return parseMessage(text);
  } catch {
    return null;
  }
}

/** Resolves once the message was handed to the system, or can no longer be delivered. */
function send({ socket }: Connection, message: object): Promise<void> {
  return new Promise((resolve) => {
    socket.send(JSON.stringify(message), () => resolve());
  });
}

function existsReason(id: string): string {
  const reason = `Subscriber for ${id} already exists`;
  return Buffer.byteLength(reason) > MAX_REASON_BYTES ? 'Subscriber already exists' : reason;
}
