import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { andThen, type Awaitable } from '../../../common/awaitable.ts';
import { checkCoding, mediaTypeOf, unsupported, isMultipart } from './media-type.ts';
import { sendContinue } from './expect-continue.ts';
import { readChunks } from './read-chunks.ts';
import {
  disconnected,
  malformed,
  RefusedRequest,
  stalled,
  answeringRefusals,
} from './refused-request.ts';

export interface JsonBodyLimits {
  readonly maxBytes: number;
  /** The longest time for the whole body to arrive. */
  readonly timeoutMs: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads the GraphQL request in a JSON body. The types of its parameters are checked later, for every
 * transport.
 * @throws RefusedRequest 415 for anything but `application/json`: a page may send the other types that
 * GraphQL servers accept to any origin without a preflight request. 413 if the body is too large, 408 if it
 * is late, and 400 if it is not one JSON object.
 */
export function readJsonBody(
  req: IncomingMessage,
  { maxBytes, timeoutMs }: JsonBodyLimits,
): Awaitable<JsonObject> {
  const mediaType = mediaTypeOf(req.headers);
  if (mediaType?.essence !== 'application/json') {
    throw unsupported('Send the operation with Content-Type: application/json.');
  }
  checkCoding(mediaType, req.headers);
  if (Number(req.headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  sendContinue(req);
  const reading = readChunks(req, {
    timeoutMs,
    take(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      return size > maxBytes;
    },
  });
  return andThen(reading, (outcome) => {
    if (outcome === 'end') return parseRequest(chunks, size);
    const refusals = { enough: () => tooLarge(maxBytes), timeout: stalled, gone: disconnected };
    throw refusals[outcome]();
  });
}

function parseRequest(chunks: readonly Buffer[], size: number): JsonObject {
  const [first, second] = chunks;
  const whole = first !== undefined && second === undefined ? first : Buffer.concat(chunks, size);
  const value = parseJson(whole);
  if (Array.isArray(value)) {
    throw malformed('Batches are not supported: send one operation in a request.');
  }
  if (!isObject(value)) throw malformed('The body is JSON, but not an object with a query.');
  return value;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw malformed('The body is not valid JSON.', cause);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function tooLarge(maxBytes: number) {
  return new RefusedRequest(
    413,
    'BAD_USER_INPUT',
    `The body is larger than the ${maxBytes} bytes allowed: send a shorter operation.`,
  );
}

interface ServerContext {
  readonly req: IncomingMessage;
}

/**
 * Reads the body of every POST that is not a form as JSON, directly from Node's request and within `limits`.
 * It replaces Yoga's own parsers and size limit, which wrap each body in two web streams.
 */
export function useJsonBodies(limits: JsonBodyLimits): Plugin<object, ServerContext> {
  return {
    onRequestParse({ request, serverContext: { req }, setRequestParser }) {
      if (request.method !== 'POST' || isMultipart(req.headers)) return;
      setRequestParser(() => answeringRefusals(async () => readJsonBody(req, limits)));
    },
  };
}
