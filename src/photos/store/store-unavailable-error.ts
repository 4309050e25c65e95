/** The store cannot do that now, and may be able to later. Whether it did it is not always known. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
