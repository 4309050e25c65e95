import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Log } from '../../common/log.ts';
import { connectionConfig, type DatabaseOptions } from '../store/postgres/pool.ts';

/** A connection of its own on which the database tells what happens. It is kept, whatever breaks it. */
export interface Listener {
  close(): Promise<void>;
}

export interface ListenerOptions extends Omit<DatabaseOptions, 'durable' | 'max' | 'log'> {
  readonly channel: string;
  /** Called with each payload. */
  readonly onPayload: (payload: string) => void;
  /** Called whenever a connection listens again, after one broke: payloads may have been missed. */
  readonly onListeningAgain: () => void;
  /**
   * How often a silent connection is asked whether it still lives, in milliseconds: a network may
   * swallow all without a word. @default 5000
   */
  readonly heartbeatMs?: number;
  readonly log: Log;
}

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2000;

/** Listens, once it resolves. @throws if the first connection cannot be made. */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const { channel, onPayload, onListeningAgain, heartbeatMs = 5000, log } = options;
  const config = connectionConfig({ ...options, durable: false });
  const closing = new AbortController();
  let connection = await connect();
  const kept = keep();

  async function connect() {
    const socket = new Socket();
    const end = () => void socket.destroy();
    closing.signal.addEventListener('abort', end);
    socket.on('close', () => closing.signal.removeEventListener('abort', end));
    const ended = Promise.withResolvers<unknown>();
    const client = new Client({ ...config, stream: () => socket });
    client.on('error', ended.resolve);
    client.on('end', () => ended.resolve(null));
    client.on('notification', ({ payload = '' }) => onPayload(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return { client, socket, ended: ended.promise };
  }

  /** Resolves when the connection is of no use any more, or the listener closes. */
  async function untilBroken({ client, ended }: typeof connection): Promise<unknown> {
    for (;;) {
      using pause = new DisposableStack();
      const beat = new AbortController();
      pause.defer(() => beat.abort());
      const signal = AbortSignal.any([beat.signal, closing.signal]);
      const due = delay(heartbeatMs, 'due', { signal }).catch(() => 'closing');
      const what = await Promise.race([due, ended]);
      if (what !== 'due') return what;
      // An empty statement is no transaction.
      const failure = await client.query('').then(
        () => null,
        (error: unknown) => error,
      );
      if (failure !== null) return failure;
    }
  }

  async function keep(): Promise<void> {
    for (;;) {
      const failure = await untilBroken(connection);
      connection.client.removeAllListeners('notification');
      if (closing.signal.aborted) return;
      connection.socket.destroy();
      log.warn({ err: failure }, 'The connection that listens to the fleet broke');
      const again = await connectAgain();
      if (again === null) return;
      connection = again;
      onListeningAgain();
    }
  }

  async function connectAgain() {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
      const jitter = 0.5 + Math.random() / 2;
      await delay(pauseMs * jitter, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return null;
      try {
        return await connect();
      } catch (error) {
        log.debug({ err: error }, 'The fleet cannot be listened to yet');
      }
    }
  }

  async function close() {
    // Destroys its socket, whatever is waiting for an answer on it.
    closing.abort();
    await kept;
  }

  return { close };
}
