import { effect, signal, type ReadonlySignal } from '@preact/signals';

/** The time in milliseconds since 1970. It ticks every second while `isNeeded` reads true. */
export interface Clock {
  readonly now: ReadonlySignal<number>;
  close(): void;
}

export function startClock(isNeeded: () => boolean): Clock {
  const now = signal(Date.now());
  const close = effect(() => {
    if (!isNeeded()) return undefined;
    now.value = Date.now();
    const timer = setInterval(() => (now.value = Date.now()), 1000);
    return () => clearInterval(timer);
  });
  return { now, close };
}
