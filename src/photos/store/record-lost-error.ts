/** The idempotency record of an upload is not running any more, or not this gateway's. */
export class RecordLostError extends Error {
  override readonly name = 'RecordLostError';
}
