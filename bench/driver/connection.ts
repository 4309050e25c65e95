import { once } from 'node:events';
import { connect } from 'node:net';
import { createResponseReader, type RawResponse } from './response-reader.ts';

const READ_BYTES = 16_384;

/** One keep-alive connection, for one request at a time. */
export interface Connection extends Disposable {
  /** Sends the bytes of a whole request. It rejects if the connection ends before the response. */
  exchange(request: Uint8Array): Promise<RawResponse>;
}

/** Opens a connection. It sends what it is given, without HTTP's own library between. */
export async function openConnection(url: URL): Promise<Connection> {
  let waiting: PromiseWithResolvers<RawResponse> | null = null;
  let ended: Error | null = null;

  function settle(settleOne: (one: PromiseWithResolvers<RawResponse>) => void) {
    const one = waiting;
    waiting = null;
    if (one !== null) settleOne(one);
  }
  function onEnd(error: Error) {
    ended = error;
    settle(({ reject }) => reject(error));
  }
  const push = createResponseReader((response) => settle(({ resolve }) => resolve(response)));
  const socket = connect({
    host: url.hostname,
    port: Number(url.port),
    noDelay: true,
    // Without a stream and without a new buffer for each read.
    onread: {
      buffer: Buffer.alloc(READ_BYTES),
      callback(length, buffer) {
        push(Buffer.from(buffer.buffer, 0, length).toString('latin1'));
        return true;
      },
    },
  });
  socket.on('error', onEnd);
  socket.on('close', () => onEnd(new Error('The server closed the connection')));
  await once(socket, 'connect');

  return {
    exchange(request) {
      if (ended !== null) return Promise.reject(ended);
      waiting = Promise.withResolvers<RawResponse>();
      socket.write(request);
      return waiting.promise;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
