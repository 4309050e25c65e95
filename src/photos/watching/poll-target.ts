import type { GatewayError } from '../../common/errors.ts';
import type { PollStrategy } from './planning/poll-strategy.ts';

export type PollStatus = 'PROCESSING' | 'READY';

export interface FailedPoll {
  readonly error: GatewayError;
  /** The photo's age at the failure, in milliseconds. */
  readonly ageMs: number;
  /** Consecutive failed polls, this one included. */
  readonly failures: number;
}

/** A photo to poll. */
export interface PollTarget {
  readonly id: string;
  /** Whether the photo was uploaded through this gateway. */
  readonly uploaded: boolean;
  /** The moment from which its age counts, in milliseconds since 1970. */
  readonly bornAtMs: number;
  readonly strategy: PollStrategy;
  /** The rate limit key whose turn its polls take. */
  readonly holder: () => string;
  /** How many clients wait for it. */
  readonly waiters: () => number;
  /** Asks the provider for its status. */
  readonly ask: (signal: AbortSignal) => Promise<PollStatus>;
  /** Called with each failed poll. If it throws, the polling ends; else it goes on, more slowly. */
  readonly onFailure: (failed: FailedPoll) => void;
}
