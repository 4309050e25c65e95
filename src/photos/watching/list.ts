/** A list whose members leave from wherever they stand: each step costs the same, however long it is. */
export interface List<T> {
  readonly size: number;
  readonly first: T | undefined;
  /** Takes out the first where it `fits`, and gives it. */
  shift(fits?: (first: T) => boolean): T | undefined;
  /** Adds `value` at the end. @returns what takes it out again; a second time does nothing. */
  add(value: T): () => void;
  /** The first `count` at most, in order. None may leave meanwhile. */
  head(count: number): Iterable<T>;
}

interface Member<T> {
  readonly value: T;
  before: Member<T> | null;
  after: Member<T> | null;
  readonly leave: () => void;
}

/** Linked both ways: the holes that a `Set` keeps at its beginning are passed over again and again. */
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
