import { EventEmitter } from 'node:events';
import type { Endpoint } from './failure.ts';

/** One call that came in. */
export interface Call {
  readonly endpoint: Endpoint;
  /** When it came, by the simulator's clock, in milliseconds since 1970. */
  readonly atMs: number;
  /** The picture asked for, or made; undefined until it is known. */
  mdf?: string;
  /** What it failed with; undefined for a success, and until it is answered. */
  errno?: number;
}

export type SimulatorEvents = {
  /** A call's headers are here; its form is unread. */
  request: [call: Readonly<Call>];
  /** The call is about to be answered: all of `call` is known. */
  answer: [call: Readonly<Call>];
  /** `status` says from now on that it is done. */
  photoReady: [photo: { readonly mdf: string }];
  /** Something went wrong that no client caused; a call was answered with 9006 or 500 for it. */
  fault: [error: unknown];
};

/** Calls that are remembered; the oldest are forgotten first. */
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
