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

/** Where finished pictures are kept, one for each photo id. Ids that differ in case only are two. */
export interface Archive {
  /**
   * Keeps a picture whole or not at all, in place of an earlier one of that id. Until the new one is
   * whole, and where it never becomes so, the earlier one is served. Durable once it resolves. Reads
   * `bytes` no faster than it writes, and calls their `return()` where it gives up.
   * @throws what `bytes` throw, as it is; the reason of `signal`; any other error says that the archive
   * cannot be written to.
   */
  put(id: string, picture: IncomingPicture, signal: AbortSignal): Promise<void>;
  /** Where anyone can fetch the picture until it expires, ranges included. Says nothing of whether it is there. */
  address(id: string, options: AddressOptions): Promise<string>;
  /** Deletes the picture of a photo, where there is one. */
  remove(id: string): Promise<void>;
  /** Resolves where a picture could be written now. @throws what stands in the way; the reason of `signal`. */
  check(signal: AbortSignal): Promise<void>;
  /** Ends every connection. Comes after the last `put` has settled. */
  close(): Promise<void>;
}
