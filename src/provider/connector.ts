import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

export interface ConnectorOptions {
  readonly connectTimeoutMs: number;
  /** Destroys every socket, also those that are still connecting, which the pool itself cannot reach. */
  readonly signal: AbortSignal;
}

/** How long a connection is still read after a failed write, in milliseconds. */
const READ_ON_MS = 1000;

/** How many bytes wait for a connection at most, before the picture is read on. */
const WAITING_BYTES = 256 * 1024;

/**
 * Opens the pool's connections. HTTP/1.1 only, because this module's handling of early answers and
 * broken uploads assumes a connection that carries one call.
 */
export function createConnector({ connectTimeoutMs, signal }: ConnectorOptions) {
  // The library hands this on to the socket; its types do not say so.
  const socketOptions = { highWaterMark: WAITING_BYTES };
  const connect = buildConnector({
    allowH2: false,
    timeout: connectTimeoutMs,
    signal,
    ...socketOptions,
  });
  const connectReadingOn: buildConnector.connector = (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      readOnAfterBrokenWrite(socket);
      writeOncePerTurn(socket);
      return callback(null, socket);
    });
  };
  return connectReadingOn;
}

/**
 * Gathers what is written in one turn of the event loop into one write. Each write wakes the receiver up, which for
 * the chunks of a fast picture costs more than the chunks themselves. The library corks the socket for each chunk.
 */
function writeOncePerTurn(socket: Socket) {
  const cork = socket.cork.bind(socket);
  let gathering = false;
  socket.cork = () => {
    cork();
    if (gathering) return;
    gathering = true;
    cork();
    setImmediate(() => {
      gathering = false;
      socket.uncork();
    });
  };
}

/**
 * Keeps a failed write from destroying the socket before it has been read to its end. If a provider
 * rejects an upload early, and closes without reading the rest, our next write fails while its answer
 * is still unread in the socket's buffer. If the socket were destroyed at once, the client would get a
 * broken pipe in place of, say, `QUOTA_EXHAUSTED`. The read side reports the end of the connection by
 * itself.
 */
function readOnAfterBrokenWrite(socket: Socket) {
  type Callback = (error?: Error | null) => void;
  function holdBack(callback: Callback): Callback {
    return function onWritten(error) {
      if (error == null || socket.destroyed) return callback(error);
      const timer = setTimeout(callback, READ_ON_MS, error);
      socket.once('close', () => clearTimeout(timer));
    };
  }
  /* oxlint-disable no-underscore-dangle -- node:stream's names for the methods that may be overridden */
  const write = socket._write.bind(socket);
  socket._write = (chunk: unknown, encoding, callback) => {
    write(chunk, encoding, holdBack(callback));
  };
  const writev = socket._writev?.bind(socket);
  if (writev !== undefined) {
    socket._writev = (chunks, callback) => {
      writev(chunks, holdBack(callback));
    };
  }
  /* oxlint-enable no-underscore-dangle */
}
