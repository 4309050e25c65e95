import { abortable } from '../common/bounded.ts';

/** Lets identical calls in flight share one request. */
export interface SharedCalls<Result> {
  /**
   * Joins the call of that `key` under way, or starts one. An aborted `signal` ends this caller's wait
   * alone; the call itself is aborted when its last caller has gone.
   */
  run(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Lets nobody join the calls under way any more; those who wait for them get their results. */
  forget(): void;
}

interface SharedCall<Result> {
  readonly controller: AbortController;
  readonly result: Promise<Result>;
  callers: number;
}

export function createSharedCalls<Result>(): SharedCalls<Result> {
  const calls = new Map<string, SharedCall<Result>>();

  function remove(key: string, call: SharedCall<Result>) {
    // Under the same key there may be a newer call by now.
    if (calls.get(key) === call) calls.delete(key);
  }

  function open(key: string, start: (signal: AbortSignal) => Promise<Result>) {
    const controller = new AbortController();
    const call = { controller, result: start(controller.signal), callers: 0 };
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
        call.controller.abort();
      }
    }
  }

  return { run, forget: () => calls.clear() };
}
