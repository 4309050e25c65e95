/** Who asks. */
export interface Principal {
  /** The name under which photos and idempotency keys are this caller's own. */
  readonly client: string;
  /** Under which name limits count what this caller has at a time. @default client */
  readonly rateLimitKey?: string;
  /** Uploads that this client may make in a day; null for as many as any client. */
  readonly uploadsPerDay: number | null;
  /** Where the caller reached the gateway, such as `https://photos.example.com`. */
  readonly origin: string;
}

/** Under which name limits count a caller. */
export function rateLimitKeyOf({ client, rateLimitKey = client }: Principal): string {
  return rateLimitKey;
}
