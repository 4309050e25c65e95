import type { Audit } from './audit.ts';
import type { Severity } from './case-errors.ts';
import type { Health } from './health.ts';

/** One check of a server. */
export interface AuditCase {
  /** A stable id. Scripts may compare by it. */
  readonly id: string;
  /** The statement that is true if the case passes. */
  readonly sentence: string;
  readonly severity: Severity;
  /** The specification or source that requires it. */
  readonly reference: string;
  /**
   * Waits long and disturbs no other case, so it runs beside the others.
   * @default false: one after the other, so that harm is blamed on the case that caused it
   */
  readonly beside?: boolean;
  /** A server that fails this case may be unfit for any other case. @default false */
  readonly last?: boolean;
  /**
   * Resolves with what was observed if the case passes.
   * @throws CaseFailed if it does not pass, and NotApplicable if it says nothing about this server
   */
  run(audit: Audit, health: Health): Promise<string>;
}
