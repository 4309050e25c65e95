import { createList, type List } from './list.ts';
import { waitFor, type Settle, type WaitBounds } from './wait-for.ts';

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

interface Share {
  readonly holder: string;
  /** How often each id was taken. */
  readonly ids: Map<string, number>;
  readonly waiting: List<Waiting>;
}

export function createIdSlots(maxEach: number): IdSlots {
  const shares = new Map<string, Share>();

  function open(holder: string): Share {
    const share = { holder, ids: new Map<string, number>(), waiting: createList<Waiting>() };
    shares.set(holder, share);
    return share;
  }

  const hasRoom = ({ ids }: Share, id: string) => ids.size < maxEach || ids.has(id);

  function hold({ ids }: Share, id: string) {
    ids.set(id, (ids.get(id) ?? 0) + 1);
  }

  function giveBack(share: Share, id: string) {
    const { holder, ids, waiting } = share;
    const left = (ids.get(id) ?? 0) - 1;
    if (left > 0) ids.set(id, left);
    else ids.delete(id);
    const next = waiting.shift((first) => hasRoom(share, first.id));
    if (next !== undefined) {
      hold(share, next.id);
      next.outcome.resolve();
    } else if (ids.size === 0) shares.delete(holder);
  }

  async function take(holder: string, id: string, bounds: WaitBounds): Promise<() => void> {
    const share = shares.get(holder) ?? open(holder);
    if (hasRoom(share, id)) hold(share, id);
    else await waitFor<void>((outcome) => share.waiting.add({ id, outcome }), bounds);
    let isHeld = true;
    return () => {
      if (isHeld) giveBack(share, id);
      isHeld = false;
    };
  }

  return { take };
}
