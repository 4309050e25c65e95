/** There is nothing to audit, or it may not be audited. The message is for the user, and says what to do. */
export class NoAudit extends Error {
  override readonly name = 'NoAudit';
}
