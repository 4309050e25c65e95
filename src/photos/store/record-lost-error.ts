/**
 * Another gateway took this one for dead, or may do so. `settled`: the record is not this gateway's any more,
 * and what its upload used of an allowance was given back. `late`: it may be lost at any moment.
 */
export class RecordLostError extends Error {
  override readonly name = 'RecordLostError';
  readonly reason: 'settled' | 'late';

  constructor(message: string, reason: 'settled' | 'late') {
    super(message);
    this.reason = reason;
  }
}
