/** The bytes of an upload. They arrive when the test says so, and report how they are read. */
export interface ScriptedSource extends AsyncIterable<Uint8Array> {
  /** Number of chunks that were requested. */
  readonly pulls: number;
  /** Settles when the reader has given up before the end. */
  readonly returned: Promise<void>;
}

/** Calls `produce` for each chunk; `null` is the end. */
export function scriptedSource(
  produce: (index: number) => Promise<Uint8Array | null> | Uint8Array | null,
): ScriptedSource {
  const returned = Promise.withResolvers<void>();
  let pulls = 0;
  return {
    get pulls() {
      return pulls;
    },
    returned: returned.promise,
    [Symbol.asyncIterator]: () => ({
      async next() {
        pulls += 1;
        const value = await produce(pulls - 1);
        return value === null ? { done: true, value: undefined } : { done: false, value };
      },
      async return() {
        returned.resolve();
        return { done: true, value: undefined };
      },
    }),
  };
}

/** A promise that never settles, for a client that sends nothing more. */
export function silence(): Promise<never> {
  return Promise.withResolvers<never>().promise;
}
