import { z } from 'zod';
import { GatewayError, type GatewayErrorOptions } from '../common/errors.ts';
import { decodeBody } from './decode-body.ts';
import type { Endpoint } from './endpoints.ts';
import { createProviderError } from './errno.ts';
import { excerptOf } from './excerpt.ts';
import type { PostResponse } from './post.ts';
import { wireInteger } from './wire-integer.ts';

/** The provider's answer, taken out of its envelope. */
export type Answer =
  | { readonly succeeded: true; readonly data: unknown }
  | {
      readonly succeeded: false;
      readonly errno: number | undefined;
      readonly text: string | undefined;
    };

/** An HTTP answer that does not follow the provider's document, with what is known of it for the log. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
  readonly statusCode: number;
  /** The target of a redirect; see `redirectTarget`. */
  readonly redirectsTo: string | undefined;
  /** The beginning of its body. */
  readonly excerpt: string;

  constructor({ statusCode, redirectsTo }: PostResponse, text: string, reason: unknown) {
    super(`HTTP ${statusCode} without the provider's envelope`, { cause: reason });
    this.statusCode = statusCode;
    this.redirectsTo = redirectsTo;
    this.excerpt = excerptOf(text);
  }
}

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

/** Recognizes the provider's envelope when the rest cannot be read. */
const BROKEN_ENVELOPE = /"code"\s*:\s*"?(?:200|9000)\b/;

/**
 * Reads an answer of `endpoint`. The provider's envelope counts, whatever the HTTP status. Without one
 * the status decides (docs/contract.md, "Finer points"), also about the charge of an upload.
 * - A redirect, or a page of another server, charges nothing.
 * - An answer that may be the provider's own but cannot be read may have charged, whatever its status.
 * - A 5xx of a server on the way says nothing about the server behind it.
 * @throws `UPSTREAM_UNAVAILABLE` for a 5xx, `UPSTREAM_ERROR` for another 4xx, else `UPSTREAM_INVALID_RESPONSE`.
 */
export function readAnswer(endpoint: Endpoint<unknown>, response: PostResponse): Answer {
  const { statusCode, redirectsTo } = response;
  const { text, reason } = readText(response);
  const answer = findEnvelope(text);
  if (answer !== null) return answer;
  const cause = new UnusableAnswer(response, text, reason);
  const costing = (charged: false | null) => (endpoint.name === 'upload' ? { charged } : {});
  if (statusCode >= 500) {
    throw new GatewayError(
      'UPSTREAM_UNAVAILABLE',
      `The provider is out of order (HTTP ${statusCode}): try again in a moment.`,
      { cause },
    );
  }
  const mayBeItsWord = reason !== undefined || BROKEN_ENVELOPE.test(text);
  if (statusCode >= 400) {
    throw new GatewayError(
      'UPSTREAM_ERROR',
      `The provider refuses the call (HTTP ${statusCode}): the gateway's operator must check PHOTO_API_URL.`,
      { cause, ...costing(mayBeItsWord ? null : false) },
    );
  }
  if (statusCode >= 300) {
    throw new GatewayError(
      'UPSTREAM_INVALID_RESPONSE',
      `The provider redirects to ${redirectsTo ?? 'no web address'} (HTTP ${statusCode}): the gateway's ` +
        'operator must set PHOTO_API_URL to where calls are answered.',
      { cause, ...costing(mayBeItsWord ? null : false) },
    );
  }
  // Never free: a page may be an error of the provider's own program after it had charged.
  throw invalidResponse({ cause, ...costing(null) }, isPage(text) ? PAGE : SENSELESS);
}

const SENSELESS =
  "The provider's answer makes no sense: try again, and tell the gateway's operator if it stays.";
const PAGE =
  "The provider answers with a web page: the gateway's operator must check PHOTO_API_URL if it stays.";

/** Error for an answer that the provider's document does not describe. */
export function invalidResponse(options: GatewayErrorOptions, message = SENSELESS): GatewayError {
  return new GatewayError('UPSTREAM_INVALID_RESPONSE', message, options);
}

function isPage(text: string): boolean {
  return /^\s*<(?:!doctype|html|\?xml|head|body)\b/i.test(text.slice(0, 1000));
}

/**
 * Decodes the body. If its `content-encoding` is wrong, it is read as plain text, because it may
 * contain the id of a paid photo.
 */
function readText({ body, contentEncoding }: PostResponse) {
  try {
    return { text: decodeBody(body, contentEncoding), reason: undefined };
  } catch (reason) {
    return { text: new TextDecoder().decode(body), reason };
  }
}

/** The beginning of the documented envelope. */
const ENVELOPE_START = /\{\s*"code"\s*:/g;

/** Possible beginnings that are tried. Each costs a parse of the text that follows. */
const MAX_STARTS = 4;

/**
 * The provider's answer in `text`; null for none. Such a program may print warnings before the
 * envelope. A failure counts only if there is no other envelope: a failure may be free, but a success
 * before it is not.
 */
function findEnvelope(text: string): Answer | null {
  const whole = envelope.safeParse(parseJson(text));
  if (whole.success) return whole.data;
  const end = text.lastIndexOf('}') + 1;
  const starts = [...text.matchAll(ENVELOPE_START)];
  for (const { index } of starts.slice(0, MAX_STARTS)) {
    const { success, data } = envelope.safeParse(parseJson(text.slice(index, end)));
    if (success && (data.succeeded || starts.length === 1)) return data;
  }
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Returns the result in an answer of `endpoint`.
 * @throws the error of the answer's `errno`; `UPSTREAM_INVALID_RESPONSE` if the result does not have
 * the documented shape, with `charged: null` for an upload.
 */
export function takeResult<Result>(endpoint: Endpoint<Result>, answer: Answer): Result {
  if (!answer.succeeded) throw createProviderError(endpoint, answer.errno, answer.text);
  const parsed = endpoint.data.safeParse(answer.data);
  if (!parsed.success) {
    const excerpt = excerptOf(JSON.stringify(answer.data) ?? 'nothing');
    const cause = new Error(`data of another shape: ${excerpt}`, { cause: parsed.error });
    throw invalidResponse({ cause, ...(endpoint.name === 'upload' ? { charged: null } : {}) });
  }
  return parsed.data;
}
