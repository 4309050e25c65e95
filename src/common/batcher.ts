import { setTimeout as delay } from 'node:timers/promises';

/** Collects items while earlier ones are worked on, so that many cost few calls. */
export interface Batcher<Item> {
  /** Adds an item. It is worked on soon, together with others. */
  add(item: Item): void;
  /** Resolves when all that was added has been worked on. */
  settled(): Promise<void>;
}

export interface BatcherOptions {
  /** How long an item may wait for others, in milliseconds. @default until the end of this turn */
  readonly lingerMs?: number;
}

/** How many items a call gets at most. */
const MAX_ITEMS = 500;

/** @param work must not reject. There is one call at a time. */
export function createBatcher<Item>(
  work: (items: readonly Item[]) => Promise<void>,
  { lingerMs = 0 }: BatcherOptions = {},
): Batcher<Item> {
  const waiting: Item[] = [];
  let working: Promise<void> | null = null;
  let hurry = new AbortController();

  /** Waits for others that go together with the first. */
  async function linger(): Promise<void> {
    if (lingerMs === 0) return;
    await delay(lingerMs, undefined, { signal: hurry.signal }).catch(() => undefined);
  }

  async function run(): Promise<void> {
    await linger();
    while (waiting.length > 0) {
      await work(waiting.splice(0, MAX_ITEMS));
      if (waiting.length > 0) await linger();
    }
    working = null;
  }

  return {
    add(item) {
      waiting.push(item);
      working ??= run();
    },
    async settled() {
      hurry.abort();
      await working;
      hurry = new AbortController();
    },
  };
}
