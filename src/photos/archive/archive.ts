/** A picture on its way into the archive, read once. */
export interface IncomingPicture {
  /** Such as `image/jpeg`. */
  readonly mediaType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface AddressOptions {
  /** Where clients reach the gateway, such as `https://photos.example.com`. */
  readonly origin: string;
  /** When the address stops working, up to a second later; at most 7 days ahead. */
  readonly expiresAt: Date;
}

/**
 * Where finished pictures are kept, each under a name of its own; see `pictureName`. Names that differ in case
 * only are two. What cannot be a name is refused with `BAD_USER_INPUT`.
 */
export interface Archive {
  /**
   * Keeps a picture whole or not at all, in place of an earlier one of that name. Until the new one is
   * whole, and where it never becomes so, the earlier one is served. Durable once it resolves. Reads
   * `bytes` no faster than it writes, and calls their `return()` where it gives up.
   * @throws what `bytes` throw, as it is; the reason of `signal`; any other error says that the archive
   * cannot be written to.
   */
  put(name: string, picture: IncomingPicture, signal: AbortSignal): Promise<void>;
  /** Where anyone can fetch the picture until it expires, ranges included. Says nothing of whether it is there. */
  address(name: string, options: AddressOptions): Promise<string>;
  /** Deletes a picture, where there is one. */
  remove(name: string): Promise<void>;
  /** Resolves where a picture could be written now. @throws what stands in the way; the reason of `signal`. */
  check(signal: AbortSignal): Promise<void>;
  /** Ends every connection. Comes after the last `put` has settled. */
  close(): Promise<void>;
}
