/** A picture on its way into the archive. It can be read once. */
export interface IncomingPicture {
  /** For example `image/jpeg`. */
  readonly mediaType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A picture that is complete in a file. */
export interface LocalPicture {
  readonly mediaType: string;
  /** On the file system of a folder archive. */
  readonly path: string;
}

export interface AddressOptions {
  /** The origin at which clients reach the gateway, such as `https://photos.example.com`. */
  readonly origin: string;
  /** When the address expires, up to a second later. At most 7 days ahead. */
  readonly expiresAt: Date;
  /** The name under which a browser saves the picture. @default null: one made of its id */
  readonly fileName?: string | null;
}

/**
 * Storage for finished pictures, each under its own name; see `pictureName`. Names are
 * case-sensitive. An invalid name is rejected with `BAD_USER_INPUT`.
 */
export interface Archive {
  /**
   * Stores a picture atomically and replaces an earlier one of that name. The earlier one is served
   * until the new one is complete, and stays if the new one never completes. The picture is durable
   * once the promise resolves. Reads `bytes` no faster than it writes, and calls their `return()`
   * if it gives up.
   * @throws the errors of `bytes`, unchanged; the reason of `signal`; any other error means that
   * the archive cannot be written to.
   */
  put(name: string, picture: IncomingPicture, signal: AbortSignal): Promise<void>;
  /**
   * The same for a complete and durable file on a local disk, which it takes away from there once the
   * picture is stored.
   */
  adopt(name: string, file: LocalPicture, signal: AbortSignal): Promise<void>;
  /**
   * A public address of the picture that supports range requests until it expires. Does not check
   * that the picture exists.
   */
  address(name: string, options: AddressOptions): Promise<string>;
  /** Deletes a picture, if it exists. */
  remove(name: string): Promise<void>;
  /**
   * Resolves if a picture could be written now.
   * @throws the reason why it could not; the reason of `signal`.
   */
  check(signal: AbortSignal): Promise<void>;
  /** Closes all connections. Call it after the last `put` has settled. */
  close(): Promise<void>;
}
