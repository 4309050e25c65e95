import { nowMs } from '../measure/clock.ts';
import { openConnection, type Connection } from './connection.ts';

export interface QueryLoadOptions {
  readonly endpoint: URL;
  /** The bytes of the request that every connection repeats. */
  readonly request: Uint8Array;
  readonly connections: number;
  /** Whether this body is the right answer. A wrong one ends the load with an error. */
  readonly accepts: (body: string) => boolean;
}

export interface QueryTally {
  readonly answers: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
}

export interface QueryLoad extends Disposable {
  /** Asks on every connection for this long, the next question as soon as the answer is there. */
  run(seconds: number): Promise<QueryTally>;
}

/** Opens the connections of a load of queries. They stay open between its runs. */
export async function openQueryLoad(options: QueryLoadOptions): Promise<QueryLoad> {
  const { endpoint, request, accepts } = options;
  const connections = await Promise.all(
    Array.from({ length: options.connections }, () => openConnection(endpoint)),
  );

  async function askUntil(endMs: number, connection: Connection, latenciesMs: number[]) {
    for (let sentAt = nowMs(); sentAt < endMs;) {
      const { status, body } = await connection.exchange(request);
      if (status !== 200 || !accepts(body)) throw new Error(`Answered ${status} ${body}`);
      const answeredAt = nowMs();
      latenciesMs.push(answeredAt - sentAt);
      sentAt = answeredAt;
    }
  }

  return {
    async run(seconds) {
      const startedAt = nowMs();
      const latenciesMs: number[] = [];
      const endMs = startedAt + seconds * 1000;
      await Promise.all(connections.map((connection) => askUntil(endMs, connection, latenciesMs)));
      return {
        answers: latenciesMs.length,
        seconds: (nowMs() - startedAt) / 1000,
        latenciesMs,
      };
    },
    [Symbol.dispose]() {
      for (const connection of connections) connection[Symbol.dispose]();
    },
  };
}
