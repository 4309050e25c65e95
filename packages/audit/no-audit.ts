/**
 * There is nothing to audit, or the audit is not allowed. The message is for the user, and says
 * what to do.
 */
export class NoAudit extends Error {
  override readonly name = 'NoAudit';
}
