import { offline } from './failure.ts';
import type { ReadySocket, ReadySocketOptions } from './open-ready-socket.ts';

export type { ReadySocket };

/** A `ReadySocket` whose code is loaded when the first photo is awaited. */
export function createReadySocket(options: ReadySocketOptions): ReadySocket {
  let opening: Promise<ReadySocket> | null = null;
  let isClosed = false;

  function open(): Promise<ReadySocket> {
    opening ??= import('./open-ready-socket.ts').then(({ openReadySocket }) =>
      openReadySocket(options),
    );
    // The next one tries again.
    opening.catch(() => (opening = null));
    return opening;
  }

  return {
    watch(ids, sink) {
      let leave: (() => void) | null = null;
      let isLeft = false;
      void begin();

      async function begin() {
        try {
          const socket = await open();
          if (!isLeft && !isClosed) leave = socket.watch(ids, sink);
        } catch (error) {
          if (!isLeft) sink.ended(offline(error));
        }
      }

      return () => {
        isLeft = true;
        leave?.();
      };
    },
    close() {
      isClosed = true;
      opening?.then(
        (socket) => socket.close(),
        () => undefined,
      );
    },
  };
}
