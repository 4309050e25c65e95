import { createList } from './list.ts';

/**
 * Queue of items, each of one holder. Holders take turns. An operation takes the same time however
 * many items wait.
 */
export interface FairQueue<Item> {
  readonly size: number;
  sizeOf(holder: string | undefined): number;
  /**
   * Adds an item.
   * @returns a function that removes it again, and returns false if it is not in the queue any more.
   */
  add(holder: string | undefined, item: Item): () => boolean;
  /**
   * Removes and returns the next item of the holder whose turn it is. Holders that `may` not have one
   * are passed over, and keep their turn. Undefined if there is no such item.
   * @param may is asked of one holder after the other, so few may be refused. @default all may
   */
  shift(may?: (holder: string | undefined) => boolean): Item | undefined;
}

/** The items of one holder. */
export interface Line<Item> {
  readonly size: number;
  /** @returns a function that removes it, and returns false if it is not in the line any more. */
  add(item: Item): () => boolean;
  /** Removes and returns the item that comes next. */
  shift(): Item | undefined;
}

interface Turn<Item> {
  readonly holder: string | undefined;
  readonly line: Line<Item>;
  leave: () => boolean;
}

/** @param createLine decides which item of a holder comes next. @default the first that was added */
export function createFairQueue<Item>(
  createLine: () => Line<Item> = () => createList<Item>(),
): FairQueue<Item> {
  /** The holders that have items, in the order of their turns. */
  const turns = createList<Turn<Item>>();
  const turnOf = new Map<string | undefined, Turn<Item>>();
  let size = 0;

  function open(holder: string | undefined): Turn<Item> {
    const turn: Turn<Item> = { holder, line: createLine(), leave: () => false };
    turn.leave = turns.add(turn);
    turnOf.set(holder, turn);
    return turn;
  }

  function countRemoved({ holder, line, leave }: Turn<Item>) {
    size -= 1;
    if (line.size > 0) return;
    leave();
    turnOf.delete(holder);
  }

  function add(holder: string | undefined, item: Item) {
    const turn = turnOf.get(holder) ?? open(holder);
    const leave = turn.line.add(item);
    size += 1;
    return () => {
      if (!leave()) return false;
      countRemoved(turn);
      return true;
    };
  }

  function nextTurn(may: (holder: string | undefined) => boolean) {
    for (const { value: turn } of turns.members()) if (may(turn.holder)) return turn;
    return null;
  }

  function shift(may: (holder: string | undefined) => boolean = () => true) {
    const turn = nextTurn(may);
    if (turn === null) return undefined;
    turn.leave();
    turn.leave = turns.add(turn);
    const item = turn.line.shift();
    countRemoved(turn);
    return item;
  }

  return {
    get size() {
      return size;
    },
    sizeOf: (holder) => turnOf.get(holder)?.line.size ?? 0,
    add,
    shift,
  };
}
