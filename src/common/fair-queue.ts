/** Queue of items, each of one holder. Holders take turns. The items of one holder keep their order. */
export interface FairQueue<Item> {
  readonly size: number;
  sizeOf(holder: string | undefined): number;
  /**
   * Adds an item.
   * @returns a function that removes it again, and returns false if it is not in the queue any more.
   */
  add(holder: string | undefined, item: Item): () => boolean;
  /**
   * Removes and returns the first item of the holder whose turn it is. Only holders that `may` have one
   * take turns. Undefined if there is no such item.
   */
  shift(
    may: (holder: string | undefined) => boolean,
  ): { readonly holder: string | undefined; readonly item: Item } | undefined;
}

export function createFairQueue<Item>(): FairQueue<Item> {
  /** The items by holder, in the order of the holders' turns. */
  const lines = new Map<string | undefined, Set<{ readonly item: Item }>>();
  let size = 0;

  function remove(
    holder: string | undefined,
    line: Set<{ readonly item: Item }>,
    place: { readonly item: Item },
  ) {
    if (!line.delete(place)) return false;
    size -= 1;
    if (line.size === 0) lines.delete(holder);
    return true;
  }

  function add(holder: string | undefined, item: Item) {
    const line = lines.get(holder) ?? new Set();
    lines.set(holder, line);
    const place = { item };
    line.add(place);
    size += 1;
    return () => remove(holder, line, place);
  }

  function shift(may: (holder: string | undefined) => boolean) {
    for (const [holder, line] of lines) {
      if (!may(holder)) continue;
      const [place] = line;
      if (place === undefined) continue;
      lines.delete(holder);
      lines.set(holder, line);
      remove(holder, line, place);
      return { holder, item: place.item };
    }
    return undefined;
  }

  return {
    get size() {
      return size;
    },
    sizeOf: (holder) => lines.get(holder)?.size ?? 0,
    add,
    shift,
  };
}
