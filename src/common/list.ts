/**
 * A list from which any member can be removed. Each operation takes constant time, however long the
 * list is.
 */
export interface List<T> {
  readonly size: number;
  readonly first: T | undefined;
  /** Adds `value` at the end. @returns the function that removes it; see `ListMember.leave`. */
  add(value: T): () => boolean;
  /** Removes and returns the first member. */
  shift(): T | undefined;
  /** The first members in order, at most `count`. End the iteration before the list changes. */
  members(count?: number): Iterable<ListMember<T>>;
}

export interface ListMember<T> {
  readonly value: T;
  /** Removes it from the list. @returns false if it is not in the list any more. */
  readonly leave: () => boolean;
}

interface Node<T> extends ListMember<T> {
  before: Node<T> | null;
  after: Node<T> | null;
}

/**
 * Creates a doubly linked list. A `Set` or `Map` would be slower: it keeps holes at its beginning, and
 * each iteration passes over them again.
 */
export function createList<T>(): List<T> {
  let first: Node<T> | null = null;
  let last: Node<T> | null = null;
  let size = 0;

  function add(value: T): () => boolean {
    let isIn = true;
    const node: Node<T> = { value, before: last, after: null, leave };
    if (last === null) first = node;
    else last.after = node;
    last = node;
    size += 1;
    function leave() {
      if (!isIn) return false;
      isIn = false;
      remove(node);
      return true;
    }
    return leave;
  }

  function remove({ before, after }: Node<T>) {
    if (before === null) first = after;
    else before.after = after;
    if (after === null) last = before;
    else after.before = before;
    size -= 1;
  }

  function shift(): T | undefined {
    const node = first;
    node?.leave();
    return node?.value;
  }

  function* members(count = Infinity): Iterable<ListMember<T>> {
    let node = first;
    for (let index = 0; index < count && node !== null; index += 1) {
      yield node;
      node = node.after;
    }
  }

  return {
    get size() {
      return size;
    },
    get first() {
      return first?.value;
    },
    add,
    shift,
    members,
  };
}
