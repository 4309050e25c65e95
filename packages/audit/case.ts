import type { Severity } from './case-errors.ts';
import type { Audit } from './audit.ts';
import type { Health } from './health.ts';

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
