/**
 * The meaning of a failure. `must`: a specification requires the behaviour. `should`: a
 * specification recommends it, or a client cannot know what happened without it. `hostile`: an
 * attacker can exploit the failure.
 */
export type Severity = 'must' | 'should' | 'hostile';

/** The server does not do what the case asks. The message says what was observed. */
export class CaseFailed extends Error {
  override readonly name = 'CaseFailed';
  /**
   * The severity, if the failure weighs less than the case: the server does what the case asks, but
   * badly.
   */
  readonly severity: Severity | undefined;

  constructor(message: string, severity?: Severity) {
    super(message);
    this.severity = severity;
  }
}

/** The case does not apply to this server. The message says why. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}
