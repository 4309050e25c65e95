import { z } from 'zod';
import { GatewayError } from '../errors.ts';
import { wireInteger } from './wire-integer.ts';

/** The provider's word, taken out of its envelope. */
export type Answer =
  | { readonly succeeded: true; readonly data: unknown }
  | {
      readonly succeeded: false;
      readonly errno: number | undefined;
      readonly text: string | undefined;
    };

const envelope = z.union([
  z
    .object({ code: wireInteger.pipe(z.literal(200)), data: z.unknown() })
    .transform(({ data }): Answer => ({ succeeded: true, data })),
  z
    .object({
      code: wireInteger.pipe(z.literal(9000)),
      errno: wireInteger.nullish(),
      msg: z.string().optional().catch(undefined),
    })
    .transform(({ errno, msg }): Answer => ({
      succeeded: false,
      errno: errno ?? undefined,
      text: msg,
    })),
]);

/**
 * Reads the body of an answer. The provider's envelope counts whatever the HTTP status; without one the
 * status decides (contract, "Finer points").
 * @throws `UPSTREAM_UNAVAILABLE` for a 5xx, `UPSTREAM_ERROR` for another 4xx, else `UPSTREAM_INVALID_RESPONSE`.
 */
export function readAnswer(statusCode: number, body: string): Answer {
  const parsed = envelope.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const cause = new Error(`HTTP ${statusCode} without the provider's envelope`);
  if (statusCode >= 500) {
    throw new GatewayError(
      'UPSTREAM_UNAVAILABLE',
      `The provider is out of order (HTTP ${statusCode}): try again in a moment.`,
      { cause },
    );
  }
  if (statusCode >= 400) {
    throw new GatewayError(
      'UPSTREAM_ERROR',
      `The provider refuses the call (HTTP ${statusCode}): the gateway's operator must check PHOTO_API_URL.`,
      { cause },
    );
  }
  throw invalidResponse(cause);
}

/** An answer came, but none that the provider's document describes. */
export function invalidResponse(cause: unknown): GatewayError {
  return new GatewayError(
    'UPSTREAM_INVALID_RESPONSE',
    "The provider's answer makes no sense: try again, and tell the gateway's operator if it stays.",
    { cause },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
