import { createList, type List } from './list.ts';

/** A poll that waits until it may be made. `holder` and `isAwaited` may change while it waits. */
export interface Claim {
  /** Whether the photo was uploaded through this gateway. */
  readonly uploaded: boolean;
  /** The rate limit key whose turn the poll takes. */
  holder(): string;
  /** Whether a client waits for the result. */
  isAwaited(): boolean;
}

export interface QueuedClaim {
  readonly claim: Claim;
  /** The value of the poll at this moment, compared with others of the same holder. */
  gain(): number;
}

/** Claims in the order in which they are granted. Each operation takes constant time, however many wait. */
export interface PollQueue<Place extends QueuedClaim> {
  readonly size: number;
  /** Adds a claim. @returns a function that removes it; a second call does nothing. */
  add(place: Place): () => void;
  /** The claim that is granted next. It stays in the queue, and its holder's turn is used. */
  next(): Place | undefined;
}

/**
 * How many of a holder's first awaited claims are compared, and how many of its first other claims.
 * The best of them is granted. More are not compared: claims come when they are due, so later ones
 * are worth less than earlier ones.
 */
const COMPARED = 16;

interface Share<Place> {
  readonly holder: string;
  readonly awaited: List<Place>;
  readonly others: List<Place>;
  leaveRound: () => void;
}

/**
 * Creates a poll queue. Claims of uploaded photos always come first: they are paid for, and the
 * provider deletes their pictures after a while. Among those, and among the others, holders take
 * turns. Among the claims of one holder, the best comes first.
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
