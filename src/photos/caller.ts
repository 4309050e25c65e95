/** Who asks. */
export interface Caller {
  /** The name under which photos and idempotency keys are this caller's own. */
  readonly client: string;
  /** Where the caller reached the gateway, such as `https://photos.example.com`. */
  readonly origin: string;
}
