import type { ExecutionResult } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { Connection, RunningOperation } from './web-socket-connection.ts';
import type { ClientMessage } from './web-socket-dialects/dialect.ts';
import type { SocketOperations } from './web-socket-operations.ts';

/**
 * The server's part of GraphQL over WebSocket, in the dialect of each connection. It keeps all that it knows of a
 * connection in `Connection`.
 */
export interface SocketProtocol {
  /** Acts on a message of the client. */
  receive(connection: Connection, text: string): void;
  /** Sends the sign of life of the protocol, if it has one. */
  beat(connection: Connection): void;
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
type StartMessage = Extract<ClientMessage, { readonly kind: 'start' }>;

/** What a close frame can carry, in bytes. */
const MAX_REASON_BYTES = 123;

/**
 * Written by hand, on the messages and codes of graphql-ws: the server of that library keeps about 2 KB for each
 * subscription, of which the message that began it is a part, and thousands wait.
 */
export function createSocketProtocol(options: SocketProtocolOptions): SocketProtocol {
  const { admit, operations, onFailure } = options;

  function receive(connection: Connection, text: string): void {
    const message = connection.dialect.parse(text);
    if (message === null) {
      return refuse(connection, CloseCode.BadRequest, 'Invalid message received');
    }
    switch (message.kind) {
      case 'initialise':
        return follow(
          connection,
          (connection.dialect.startsEarly ? initialiseEarly : initialise)(
            connection,
            message.parameters,
          ),
        );
      case 'start':
        return follow(connection, start(connection, message));
      case 'stop':
        return follow(connection, stop(connection, message.id));
      case 'ping':
        return follow(connection, send(connection, { type: 'pong', payload: message.payload }));
      case 'pong':
        return undefined;
      case 'leave':
        return connection.socket.close();
    }
  }

  function follow(connection: Connection, work: Promise<unknown>) {
    work.catch((error: unknown) => onFailure(connection, error));
  }

  async function initialise(connection: Connection, parameters: Parameters) {
    const { dialect, initTimer } = connection;
    if (initTimer === null) {
      const reason = 'Too many initialisation requests';
      return refuse(connection, CloseCode.TooManyInitialisationRequests, reason);
    }
    clearTimeout(initTimer);
    connection.initTimer = null;
    if (!(await admit(connection, parameters))) {
      return refuse(connection, CloseCode.Forbidden, 'Forbidden');
    }
    await Promise.all(dialect.admitted.map((message) => send(connection, message)));
  }

  /** Initialises a connection whose operations may be here already. They wait, and no more of them is read. */
  function initialiseEarly(connection: Connection, parameters: Parameters): Promise<void> {
    const { socket } = connection;
    const initialised = initialise(connection, parameters);
    socket.pause();
    connection.initialised = initialised
      .catch(() => undefined)
      .finally(() => {
        connection.initialised = null;
        socket.resume();
      });
    return initialised;
  }

  async function start(connection: Connection, { id, payload }: StartMessage): Promise<void> {
    const { running, dialect } = connection;
    if (running.has(id)) {
      if (!dialect.replaces) {
        return refuse(connection, CloseCode.SubscriberAlreadyExists, existsReason(id));
      }
      await stop(connection, id);
    }
    const operation: RunningOperation = { results: null };
    running.set(id, operation);
    if (connection.initialised !== null) {
      await connection.initialised;
      if (running.get(id) !== operation) return undefined;
    }
    const { client } = connection;
    if (client === null) return refuse(connection, CloseCode.Unauthorized, 'Unauthorized');
    const outcome = await operations.run(connection, client, payload);
    if (running.get(id) !== operation) {
      // The client has left, or wants it no more.
      if ('results' in outcome) await outcome.results.return?.();
    } else if ('results' in outcome) {
      operation.results = outcome.results;
      // Nothing of the message is kept while the subscription lasts.
      follow(connection, deliver(connection, id, operation, outcome.results));
    } else if ('result' in outcome) {
      await send(connection, dialect.result(id, outcome.result));
      await finish(connection, id, operation);
    } else {
      running.delete(id);
      await send(connection, dialect.refused(id, outcome.errors));
    }
  }

  return {
    receive,
    beat(connection) {
      const { heartbeat } = connection.dialect;
      if (heartbeat !== null && connection.client !== null) void send(connection, heartbeat);
    },
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
    await send(connection, connection.dialect.result(id, next.value));
    next = await results.next();
  }
  await finish(connection, id, operation);
}

/** Tells the client that an operation has ended, unless it ended that itself. */
async function finish(connection: Connection, id: string, operation: RunningOperation) {
  if (connection.running.get(id) !== operation) return;
  connection.running.delete(id);
  await send(connection, connection.dialect.complete(id));
}

async function stop({ running }: Connection, id: string) {
  const operation = running.get(id);
  running.delete(id);
  await operation?.results?.return?.();
}

/** Closes a connection for a fault of its client. */
function refuse(connection: Connection, code: CloseCode, reason: string): void {
  const fault = connection.dialect.fault(reason);
  if (fault !== null) void send(connection, fault);
  connection.socket.close(code, reason);
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
