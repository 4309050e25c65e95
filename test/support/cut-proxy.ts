import { connect, type Socket } from 'node:net';
import { startWireServer } from './wire-server.ts';

/** A network between two parties on loopback, which a test can interrupt and restore. */
export interface CutProxy extends AsyncDisposable {
  readonly url: string;
  /** Breaks every connection, and refuses new ones until `restore`. */
  cut(): void;
  /** Takes what is sent, and new connections too, and forwards nothing until `restore`. */
  swallow(): void;
  /** Forwards new connections again. Those from before are broken. */
  restore(): void;
  /** Routes new connections elsewhere from now on. */
  leadTo(url: string): void;
}

/** A TCP proxy: forwards bytes to whatever listens at `url`, without knowing what they mean. */
export async function startCutProxy(url: string): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  let port = Number(new URL(url).port);
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
    if (swallowing) return hold(incoming);
    const onward = connect(port, '127.0.0.1');
    own(incoming, () => onward);
    own(onward, () => incoming);
    incoming.pipe(onward).pipe(incoming);
    return undefined;
  });

  /** Keeps a connection open and passes nothing on. */
  function hold(socket: Socket): undefined {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
    return undefined;
  }

  return {
    url: server.url,
    cut() {
      broken = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    swallow() {
      swallowing = true;
      for (const socket of sockets) socket.unpipe().resume();
    },
    restore() {
      if (swallowing) for (const socket of sockets) socket.resetAndDestroy();
      broken = false;
      swallowing = false;
    },
    leadTo(other) {
      port = Number(new URL(other).port);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
