import { createList, type List } from './list.ts';

/** Whose poll waits until it may be made. What it says of itself may change while it waits. */
export interface Claim {
  /** Whether it is of a photo that was uploaded here. */
  readonly uploaded: boolean;
  /** Whose turn it takes. */
  holder(): string;
  /** Whether somebody waits for what it finds. */
  isAwaited(): boolean;
}

export interface QueuedClaim {
  readonly claim: Claim;
  /** What it is worth at this moment beside others of the same holder. */
  gain(): number;
}

/** Claims in the order in which they are granted; adding, leaving and granting cost the same however many wait. */
export interface PollQueue<Place extends QueuedClaim> {
  readonly size: number;
  /** @returns what takes it out again; a second time does nothing. */
  add(place: Place): () => void;
  /** The one that is granted next; it stays in. */
  next(): Place | undefined;
}

/**
 * Of so many claims of one holder that came first the best is granted, and so many that nobody awaits. More are
 * not compared: claims come when they are due, so that those at the end are worth less than those before.
 */
const COMPARED = 16;

interface Share<Place> {
  readonly holder: string;
  readonly awaited: List<Place>;
  readonly others: List<Place>;
  leaveRound: () => void;
}

/**
 * Claims of uploaded photos come first, absolutely: they are paid for, and their pictures are deleted after a
 * while. Among those, and among the others, holders take turns; of one holder's claims the best comes first.
 */
export function createPollQueue<Place extends QueuedClaim>(): PollQueue<Place> {
  const uploaded = createRound<Place>();
  const asked = createRound<Place>();
  return {
    get size() {
      return uploaded.size + asked.size;
    },
    add: (place) => (place.claim.uploaded ? uploaded : asked).add(place),
    next: () => uploaded.next() ?? asked.next(),
  };
}

function createRound<Place extends QueuedClaim>(): PollQueue<Place> {
  const shares = new Map<string, Share<Place>>();
  const round = createList<Share<Place>>();
  let size = 0;

  function open(holder: string): Share<Place> {
    const share: Share<Place> = {
      holder,
      awaited: createList(),
      others: createList(),
      leaveRound: () => undefined,
    };
    share.leaveRound = round.add(share);
    shares.set(holder, share);
    return share;
  }

  function add(place: Place): () => void {
    const { claim } = place;
    const holder = claim.holder();
    const share = shares.get(holder) ?? open(holder);
    const leave = (claim.isAwaited() ? share.awaited : share.others).add(place);
    size += 1;
    let isIn = true;
    return function leaveShare() {
      if (!isIn) return;
      isIn = false;
      size -= 1;
      leave();
      if (share.awaited.size + share.others.size > 0) return;
      share.leaveRound();
      shares.delete(holder);
    };
  }

  function next(): Place | undefined {
    const share = round.first;
    if (share === undefined) return undefined;
    share.leaveRound();
    share.leaveRound = round.add(share);
    return best(share);
  }

  return {
    get size() {
      return size;
    },
    add,
    next,
  };
}

function best<Place extends QueuedClaim>({ awaited, others }: Share<Place>) {
  let found: { readonly place: Place; readonly gain: number } | undefined;
  for (const list of [awaited, others]) {
    for (const place of list.head(COMPARED)) {
      const gain = place.gain();
      if (found === undefined || gain > found.gain) found = { place, gain };
    }
  }
  return found?.place;
}
