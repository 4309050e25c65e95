/** Items that wait, each for a holder. Holders take turns, and the items of one go in the order in which they came. */
export interface FairQueue<Item> {
  readonly size: number;
  sizeOf(holder: string | undefined): number;
  /** @returns what takes the item out again; false where it has gone before. */
  add(holder: string | undefined, item: Item): () => boolean;
  /** Takes out the first item of the holder whose turn it is, of those that `may` have one; undefined for none. */
  shift(
    may: (holder: string | undefined) => boolean,
  ): { readonly holder: string | undefined; readonly item: Item } | undefined;
}

export function createFairQueue<Item>(): FairQueue<Item> {
  /** In the order of their turns. */
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
