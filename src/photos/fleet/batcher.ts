/** Collects items while earlier ones are worked on, so that many cost few calls. */
export interface Batcher<Item> {
  /** Adds an item. It is worked on soon, together with others. */
  add(item: Item): void;
  /** Resolves when all that was added has been worked on. */
  settled(): Promise<void>;
}

/**
 * @param work must not reject. There is one call at a time.
 * @param maxItems how many items a call gets at most.
 */
export function createBatcher<Item>(
  work: (items: readonly Item[]) => Promise<void>,
  maxItems = 500,
): Batcher<Item> {
  const waiting: Item[] = [];
  let working: Promise<void> | null = null;

  async function run(): Promise<void> {
    // What is added in the same turn of the event loop goes together.
    await Promise.resolve();
    while (waiting.length > 0) await work(waiting.splice(0, maxItems));
    working = null;
  }

  return {
    add(item) {
      waiting.push(item);
      working ??= run();
    },
    settled: async () => void (await working),
  };
}
