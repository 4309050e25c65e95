import { abortable } from '../common/bounded.ts';
import type { Log } from '../common/log.ts';
import type { Delivery } from '../photos/store/outbox/delivery.ts';
import type { Outbox } from '../photos/store/outbox/outbox.ts';
import type { Deliver } from './deliver.ts';
import type { Receiver, Receivers } from './receivers.ts';
import type { Throttle } from './throttle.ts';

/** Takes deliveries out of the outbox as they become due, and has them delivered. */
export interface Dispatcher {
  /** Has it look into the outbox now. */
  readonly wake: () => void;
  /** Begins no more. Waits a little for what runs, then ends it and gives it back. */
  close(): Promise<void>;
}

export interface DispatcherOptions {
  readonly outbox: Pick<Outbox, 'due' | 'claim' | 'giveUp'>;
  readonly receivers: Pick<Receivers, 'find' | 'isDisabled' | 'isEmpty'>;
  readonly throttle: Throttle;
  readonly deliver: Deliver;
  /** Deliveries of all receivers at a time. */
  readonly maxRunning: number;
  /** Longest time between two looks into the outbox, in milliseconds. */
  readonly intervalMs: number;
  /** Longest wait on close for deliveries that run, in milliseconds. */
  readonly closeTimeoutMs: number;
  readonly log: Log;
}

/** In a fleet, a receiver that is new may be known to another node first. */
const UNKNOWN_FOR_MS = 3_600_000;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { outbox, receivers, throttle, deliver, maxRunning, intervalMs, log } = options;
  const closing = new AbortController();
  const ending = new AbortController();
  /** The ids of what this process works on. */
  const held = new Set<string>();
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let failing = false;

  async function look(): Promise<void> {
    if (receivers.isEmpty) return lookLater(intervalMs);
    const { receivers: names, nextInMs } = await outbox.due();
    // Another is the first each time: under the limit for all, none is always the last.
    const start = Math.floor(Math.random() * names.length);
    for (const name of [...names.slice(start), ...names.slice(0, start)]) {
      if (closing.signal.aborted) return;
      await serve(name);
    }
    const pauseMs = throttle.nextEndMs();
    lookLater(Math.min(intervalMs, nextInMs ?? Infinity, pauseMs ?? Infinity));
  }

  async function serve(name: string) {
    const receiver = receivers.find(name);
    if (receiver === null) {
      await outbox.giveUp(name, 'There is no such receiver any more', UNKNOWN_FOR_MS);
    } else if (receivers.isDisabled(receiver)) {
      await outbox.giveUp(name, 'The receiver wants no more webhooks (HTTP 410)', 0);
    } else {
      const free = Math.min(throttle.free(name), maxRunning - running.size);
      if (free <= 0) return;
      for (const delivery of await outbox.claim(name, free, held)) begin(delivery, receiver);
    }
  }

  function begin(delivery: Delivery, receiver: Receiver) {
    held.add(delivery.id);
    throttle.begin(receiver.name);
    const work = finish(delivery, receiver).finally(() => running.delete(work));
    running.add(work);
  }

  async function finish(delivery: Delivery, receiver: Receiver) {
    const end = await deliver(delivery, receiver, ending.signal);
    throttle.end(receiver.name, end.succeeded, end.pauseMs);
    if (end.settled) held.delete(delivery.id);
    setImmediate(wake);
  }

  function lookLater(delayMs: number) {
    clearTimeout(timer);
    if (!closing.signal.aborted) timer = setTimeout(wake, Math.ceil(delayMs)).unref();
  }

  function wake() {
    if (closing.signal.aborted) return;
    if (looking !== null) {
      lookAgain = true;
      return;
    }
    looking = look().then(onLooked, (error: unknown) => {
      if (!failing) log.warn({ err: error }, 'The webhooks cannot be read; it will be tried again');
      failing = true;
      looking = null;
      lookLater(intervalMs);
    });
  }

  function onLooked() {
    failing = false;
    looking = null;
    const again = lookAgain;
    lookAgain = false;
    if (again) wake();
  }

  async function close() {
    closing.abort();
    clearTimeout(timer);
    const ended = Promise.resolve(looking).then(() => Promise.all(running));
    const patience = AbortSignal.timeout(options.closeTimeoutMs);
    await abortable(ended, patience).catch(() => undefined);
    ending.abort();
    await Promise.all(running);
  }

  return { wake, close };
}
