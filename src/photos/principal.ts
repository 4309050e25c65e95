/** The client on whose behalf a request runs, and its limits. */
export interface Principal {
  /** The principal's name. It owns the photos and idempotency keys under this name. */
  readonly client: string;
  /** The key under which concurrency limits count this principal. @default client */
  readonly rateLimitKey?: string;
  /** Uploads that this client may make per day; null for the default of all clients. */
  readonly uploadsPerDay: number | null;
  /**
   * The origin at which the principal reached the gateway, such as `https://photos.example.com`.
   */
  readonly origin: string;
}

/** The key under which limits count a principal: its own, or the name of its client. */
export function rateLimitKeyOf({ client, rateLimitKey = client }: Principal): string {
  return rateLimitKey;
}
