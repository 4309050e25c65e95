/**
 * What a failure means. `must`: a specification demands it. `should`: a specification recommends it, or a
 * client is left in the dark without it. `hostile`: whoever means harm can do it.
 */
export type Severity = 'must' | 'should' | 'hostile';

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
