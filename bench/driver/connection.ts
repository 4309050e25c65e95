import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createResponseReader, type RawResponse } from './response-reader.ts';

const READ_BYTES = 16_384;

/** A keep-alive connection, for one request at a time. */
export interface Connection extends Disposable {
  /**
   * Sends the bytes of a whole request, on a new connection if the server announced with its last
   * response that it closes this one. It rejects if the connection ends before the response.
   */
  exchange(request: Uint8Array): Promise<RawResponse>;
}

/** Opens a connection. It sends what it is given, without HTTP's own library between. */
export async function openConnection(url: URL): Promise<Connection> {
  let waiting: PromiseWithResolvers<RawResponse> | null = null;
  let socket: Socket | null = null;

  function settle(settleOne: (one: PromiseWithResolvers<RawResponse>) => void) {
    const one = waiting;
    waiting = null;
    if (one !== null) settleOne(one);
  }

  async function open(): Promise<Socket> {
    const push = createResponseReader((response) => {
      if (response.isLast) close();
      settle(({ resolve }) => resolve(response));
    });
    const opened = connect({
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
    await once(opened, 'connect');
    opened.on('error', (error) => settle(({ reject }) => reject(error)));
    opened.on('close', () => {
      if (socket === opened) settle(({ reject }) => reject(new Error('The server hung up')));
    });
    return opened;
  }

  function close() {
    socket?.destroy();
    socket = null;
  }

  socket = await open();
  return {
    async exchange(request) {
      socket ??= await open();
      if (socket.destroyed) throw new Error('The server has closed the connection');
      waiting = Promise.withResolvers<RawResponse>();
      socket.write(request);
      return waiting.promise;
    },
    [Symbol.dispose]: close,
  };
}
