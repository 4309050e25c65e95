/**
 * A list from which any member can be removed. Each operation takes constant time, however long the
 * list is.
 */
export interface List<T> {
  readonly size: number;
  readonly first: T | undefined;
  /** Removes and returns the first member, if it `fits`. */
  shift(fits?: (first: T) => boolean): T | undefined;
  /** Adds `value` at the end. @returns a function that removes it; a second call does nothing. */
  add(value: T): () => void;
  /** At most the first `count` members, in order. None may be removed during the iteration. */
  head(count: number): Iterable<T>;
}

interface Member<T> {
  readonly value: T;
  before: Member<T> | null;
  after: Member<T> | null;
  readonly leave: () => void;
}

/**
 * Creates a doubly linked list. A `Set` would be slower: it keeps holes at its beginning, and each
 * iteration passes over them again.
 */
export function createList<T>(): List<T> {
  let first: Member<T> | null = null;
  let last: Member<T> | null = null;
  let size = 0;

  function add(value: T): () => void {
    let isIn = true;
    const member: Member<T> = { value, before: last, after: null, leave };
    if (last === null) first = member;
    else last.after = member;
    last = member;
    size += 1;
    function leave() {
      if (isIn) remove(member);
      isIn = false;
    }
    return leave;
  }

  function remove({ before, after }: Member<T>) {
    if (before === null) first = after;
    else before.after = after;
    if (after === null) last = before;
    else after.before = before;
    size -= 1;
  }

  function shift(fits: (first: T) => boolean = () => true): T | undefined {
    if (first === null || !fits(first.value)) return undefined;
    const { value } = first;
    first.leave();
    return value;
  }

  function* head(count: number): Iterable<T> {
    let member = first;
    for (let index = 0; index < count && member !== null; index += 1) {
      yield member.value;
      member = member.after;
    }
  }

  return {
    get size() {
      return size;
    },
    get first() {
      return first?.value;
    },
    shift,
    add,
    head,
  };
}
