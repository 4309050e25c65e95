import { createList, type List } from '../../common/list.ts';
import { waitFor, type Settle, type WaitBounds } from '../../common/wait-for.ts';

/**
 * Limits how many different ids each holder may have at a time. A holder at its limit waits until one
 * is given back.
 */
export interface IdSlots {
  /**
   * Takes a slot of `holder` for `id`. If it has that id already, the slot is shared.
   * @returns a function that gives it back; a second call does nothing.
   * @throws as `waitFor` does.
   */
  take(holder: string, id: string, bounds: WaitBounds): Promise<() => void>;
}

interface Waiting {
  readonly id: string;
  readonly outcome: Settle<void>;
}

interface Holder {
  readonly name: string;
  /** How often each id was taken. */
  readonly ids: Map<string, number>;
  readonly waiting: List<Waiting>;
}

/** @param limit how many ids each holder may have. */
export function createIdSlots(limit: number): IdSlots {
  const holders = new Map<string, Holder>();

  function open(name: string): Holder {
    const holder = { name, ids: new Map<string, number>(), waiting: createList<Waiting>() };
    holders.set(name, holder);
    return holder;
  }

  const hasRoom = ({ ids }: Holder, id: string) => ids.size < limit || ids.has(id);

  function hold({ ids }: Holder, id: string) {
    ids.set(id, (ids.get(id) ?? 0) + 1);
  }

  function giveBack(holder: Holder, id: string) {
    const { name, ids, waiting } = holder;
    const left = (ids.get(id) ?? 0) - 1;
    if (left > 0) ids.set(id, left);
    else ids.delete(id);
    const next = waiting.first;
    if (next !== undefined && hasRoom(holder, next.id)) {
      waiting.shift();
      hold(holder, next.id);
      next.outcome.resolve();
    } else if (ids.size === 0) holders.delete(name);
  }

  async function take(name: string, id: string, bounds: WaitBounds): Promise<() => void> {
    const holder = holders.get(name) ?? open(name);
    if (hasRoom(holder, id)) hold(holder, id);
    else await waitFor<void>((outcome) => holder.waiting.add({ id, outcome }), bounds);
    let isHeld = true;
    return () => {
      if (isHeld) giveBack(holder, id);
      isHeld = false;
    };
  }

  return { take };
}
