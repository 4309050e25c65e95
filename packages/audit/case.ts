import type { Audit } from './audit.ts';
import type { Health } from './health.ts';

/**
 * What a failure means. `must`: a specification demands it. `should`: a specification recommends it, or a
 * client is left in the dark without it. `hostile`: whoever means harm can do it.
 */
export type Severity = 'must' | 'should' | 'hostile';

/** One thing that is asked of a server. */
export interface AuditCase {
  /** Stable: scripts may compare by it. */
  readonly id: string;
  /** What holds where the case passes. */
  readonly sentence: string;
  readonly severity: Severity;
  /** Where it is written. */
  readonly reference: string;
  /**
   * Waits long and disturbs nobody: it runs beside the others.
   * @default false: one after the other, so that harm is blamed on the case that did it
   */
  readonly beside?: boolean;
  /** May leave a server that fails it unfit for any other case. @default false */
  readonly last?: boolean;
  /**
   * Resolves with what was seen where the case passes.
   * @throws CaseFailed where it does not, and NotApplicable where it says nothing about this server
   */
  run(audit: Audit, health: Health): Promise<string>;
}

/** The server does not do what the case asks. The message says what was seen. */
export class CaseFailed extends Error {
  override readonly name = 'CaseFailed';
  /** Where the failure weighs less than the case: what it asks is done, but badly. */
  readonly severity: Severity | undefined;

  constructor(message: string, severity?: Severity) {
    super(message);
    this.severity = severity;
  }
}

/** The case cannot be put to this server. The message says why. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}
