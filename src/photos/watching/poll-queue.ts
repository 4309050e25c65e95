import { createFairQueue, type Line } from '../../common/fair-queue.ts';
import { createList, type ListMember } from '../../common/list.ts';

/** A poll that waits until it may be made. All but `uploaded` may change while it waits. */
export interface Claim {
  /** Whether the photo was uploaded through this gateway. */
  readonly uploaded: boolean;
  /** The rate limit key whose turn the poll takes. */
  holder(): string;
  /** Whether a client waits for the result. */
  isAwaited(): boolean;
  /** The value of the poll at this moment, compared with others of the same holder. */
  gain(): number;
}

export interface QueuedClaim {
  readonly claim: Claim;
}

/** Claims in the order in which they are granted. Each operation takes constant time, however many wait. */
export interface PollQueue<Entry extends QueuedClaim> {
  readonly size: number;
  /** Whether a claim may be granted now. */
  readonly hasNext: boolean;
  /** Adds a claim. @returns a function that removes it; a second call does nothing. */
  add(entry: Entry): () => void;
  /**
   * Removes and returns the claim that is granted next. It takes its holder's turn. Undefined if none
   * may be granted now. Call `ended` when its poll has ended.
   */
  shift(): Entry | undefined;
  /** Notes that the poll of a claim that was granted has ended. */
  ended(claim: Claim): void;
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
 * @param maxRunning how many polls of uploaded photos run at a time. More would wait for each other
 * at the provider, in no good order. There is no such limit for the others, which wait in turns there.
 */
export function createPollQueue<Entry extends QueuedClaim>(maxRunning: number): PollQueue<Entry> {
  const uploaded = createFairQueue<Entry>(createBestFirstLine);
  const foreign = createFairQueue<Entry>(createBestFirstLine);
  let running = 0;

  function shift() {
    const first = running < maxRunning ? uploaded.shift() : undefined;
    if (first === undefined) return foreign.shift();
    running += 1;
    return first;
  }

  return {
    get size() {
      return uploaded.size + foreign.size;
    },
    get hasNext() {
      return (uploaded.size > 0 && running < maxRunning) || foreign.size > 0;
    },
    add: (entry) => (entry.claim.uploaded ? uploaded : foreign).add(entry.claim.holder(), entry),
    shift,
    ended({ uploaded: wasUploaded }) {
      if (wasUploaded) running -= 1;
    },
  };
}

function createBestFirstLine<Entry extends QueuedClaim>(): Line<Entry> {
  const awaited = createList<Entry>();
  const others = createList<Entry>();

  function shift(): Entry | undefined {
    let best: { readonly member: ListMember<Entry>; readonly gain: number } | undefined;
    for (const list of [awaited, others]) {
      for (const member of list.members(COMPARED)) {
        const gain = member.value.claim.gain();
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
