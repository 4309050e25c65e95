import { createFairQueue, type Line } from '../../common/fair-queue.ts';
import { createList, type ListMember } from '../../common/list.ts';

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
export interface PollQueue<Entry extends QueuedClaim> {
  readonly size: number;
  /** Adds a claim. @returns a function that removes it; a second call does nothing. */
  add(entry: Entry): () => void;
  /** Removes and returns the claim that is granted next. It takes its holder's turn. */
  shift(): Entry | undefined;
}

/**
 * How many of a holder's first awaited claims are compared, and how many of its first other claims.
 * The best of them is granted. More are not compared: claims come when they are due, so later ones
 * are worth less than earlier ones.
 */
const COMPARED = 16;

/**
 * Creates a poll queue. Claims of uploaded photos always come first: they are paid for, and the
 * provider deletes their pictures after a while. Among those, and among the others, holders take
 * turns. Among the claims of one holder, the best comes first.
 */
export function createPollQueue<Entry extends QueuedClaim>(): PollQueue<Entry> {
  const uploaded = createFairQueue<Entry>(createBestFirstLine);
  const asked = createFairQueue<Entry>(createBestFirstLine);
  return {
    get size() {
      return uploaded.size + asked.size;
    },
    add: (entry) => (entry.claim.uploaded ? uploaded : asked).add(entry.claim.holder(), entry),
    shift: () => uploaded.shift() ?? asked.shift(),
  };
}

function createBestFirstLine<Entry extends QueuedClaim>(): Line<Entry> {
  const awaited = createList<Entry>();
  const others = createList<Entry>();

  function shift(): Entry | undefined {
    let best: { readonly member: ListMember<Entry>; readonly gain: number } | undefined;
    for (const list of [awaited, others]) {
      for (const member of list.members(COMPARED)) {
        const gain = member.value.gain();
        if (best === undefined || gain > best.gain) best = { member, gain };
      }
    }
    best?.member.leave();
    return best?.member.value;
  }

  return {
    get size() {
      return awaited.size + others.size;
    },
    add: (entry) => (entry.claim.isAwaited() ? awaited : others).add(entry),
    shift,
  };
}
