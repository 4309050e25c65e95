import { connect, type Socket } from 'node:net';
import { startWireServer } from './wire-server.ts';

/** A network between two parties on loopback, which a test can interrupt and restore. */
export interface CutProxy extends AsyncDisposable {
  readonly url: string;
  /** Breaks every connection, and refuses new ones until `restore`. */
  cut(): void;
  /** Forwards nothing more, in silence: nobody is told, and new connections are accepted. Until `restore`. */
  swallow(): void;
  restore(): void;
  /** Routes new connections elsewhere from now on. */
  leadTo(url: string): void;
}

/** A TCP proxy: forwards bytes to whatever listens at `url`, without knowing what they mean. */
export async function startCutProxy(url: string): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  let port = Number(new URL(url).port);
  const pairs = new Set<readonly [Socket, Socket]>();
  let broken = false;
  let swallowing = false;

  function own(socket: Socket, other: () => Socket) {
    sockets.add(socket);
    socket.on('error', () => other().destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other().destroy();
    });
  }

  const server = await startWireServer((incoming) => {
    if (broken) return void incoming.resetAndDestroy();
    const onward = connect(port, '127.0.0.1');
    own(incoming, () => onward);
    own(onward, () => incoming);
    const pair = [incoming, onward] as const;
    pairs.add(pair);
    incoming.on('close', () => pairs.delete(pair));
    if (!swallowing) incoming.pipe(onward).pipe(incoming);
    return undefined;
  });

  return {
    url: server.url,
    cut() {
      broken = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    swallow() {
      swallowing = true;
      for (const [incoming, onward] of pairs) {
        incoming.unpipe(onward);
        onward.unpipe(incoming);
      }
    },
    restore() {
      broken = false;
      if (!swallowing) return;
      swallowing = false;
      for (const [incoming, onward] of pairs) incoming.pipe(onward).pipe(incoming);
    },
    leadTo(other) {
      port = Number(new URL(other).port);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
