import { EventEmitter } from 'node:events';
import type { Endpoint } from './failure.ts';

/** One incoming call. */
export interface Call {
  readonly endpoint: Endpoint;
  /** When it arrived, by the simulator's clock, in milliseconds since 1970. */
  readonly atMs: number;
  /** The picture that it asks for, or made; undefined until it is known. */
  mdf?: string;
  /** The errno of its failure; undefined for a success, and until the response. */
  errno?: number;
}

export type SimulatorEvents = {
  /** A call's headers have arrived. Its form is unread. */
  request: [call: Readonly<Call>];
  /** The response is about to be sent: all of `call` is known. */
  answer: [call: Readonly<Call>];
  /** From now on `status` reports it as done. */
  photoReady: [photo: { readonly mdf: string }];
  /** An error that no client caused. The call got 9006 or 500 for it. */
  fault: [error: unknown];
};

/** Number of calls in memory. The oldest are dropped first. */
const MOST_CALLS = 10_000;

export interface CallLog {
  readonly calls: readonly Readonly<Call>[];
  add(endpoint: Endpoint, atMs: number): Call;
}

export function createCallLog(): CallLog {
  const calls: Call[] = [];
  return {
    calls,
    add: (endpoint, atMs) => {
      const call: Call = { endpoint, atMs };
      calls.push(call);
      if (calls.length > MOST_CALLS) calls.shift();
      return call;
    },
  };
}

export function createEvents(): EventEmitter<SimulatorEvents> {
  return new EventEmitter<SimulatorEvents>();
}
