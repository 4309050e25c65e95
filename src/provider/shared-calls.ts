import { abortable } from '../common/bounded.ts';

/** Lets identical calls in flight share one request. */
export interface SharedCalls<Result> {
  /**
   * Joins the running call with that `key`, or starts one. An aborted `signal` ends only this wait. The
   * call itself is aborted when nobody waits for it any more.
   */
  run(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Lets nobody join the running calls any more. Those that wait for them still get their results. */
  forget(): void;
}

interface SharedCall<Result> {
  readonly controller: AbortController;
  readonly result: Promise<Result>;
  callers: number;
  settled: boolean;
}

export function createSharedCalls<Result>(): SharedCalls<Result> {
  const calls = new Map<string, SharedCall<Result>>();

  function remove(key: string, call: SharedCall<Result>) {
    // There may be a newer call with the same key by now.
    if (calls.get(key) === call) calls.delete(key);
  }

  function open(key: string, start: (signal: AbortSignal) => Promise<Result>) {
    const controller = new AbortController();
    const call = { controller, result: start(controller.signal), callers: 0, settled: false };
    const settle = () => (call.settled = true);
    call.result.then(settle, settle);
    calls.set(key, call);
    return call;
  }

  async function run(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    const call = calls.get(key) ?? open(key, start);
    call.callers += 1;
    try {
      return await (signal === undefined ? call.result : abortable(call.result, signal));
    } finally {
      call.callers -= 1;
      if (call.callers === 0) {
        remove(key, call);
        // An abort is an error with a stack, which costs more than all the rest of this.
        if (!call.settled) call.controller.abort();
      }
    }
  }

  return { run, forget: () => calls.clear() };
}
