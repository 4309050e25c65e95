import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { IncomingMessage } from 'node:http';
import { checkCoding, mediaTypeOf, unsupported, isMultipart } from './media-type.ts';
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
  /** Longest time for the whole body to come in. */
  readonly timeoutMs: number;
}

/**
 * Reads the GraphQL request in a JSON body. Whether its parameters are of the right types is left to Yoga,
 * which checks that for every transport.
 * @throws RefusedRequest 415 for anything but `application/json`, since a page may send the other types of
 * GraphQL servers to any origin without asking; 413, 408, and 400 for what is not one JSON object.
 */
export async function readJsonBody(
  req: IncomingMessage,
  { maxBytes, timeoutMs }: JsonBodyLimits,
): Promise<GraphQLParams> {
  const mediaType = mediaTypeOf(req.headers);
  if (mediaType?.essence !== 'application/json') {
    throw unsupported('Send the operation with Content-Type: application/json.');
  }
  checkCoding(mediaType, req.headers);
  if (Number(req.headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  const outcome = await readChunks(req, {
    timeoutMs,
    take(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      return size > maxBytes;
    },
  });
  if (outcome === 'end') return parseRequest(Buffer.concat(chunks, size));
  const refusals = { enough: () => tooLarge(maxBytes), timeout: stalled, gone: disconnected };
  throw refusals[outcome]();
}

function parseRequest(body: Buffer): GraphQLParams {
  const value = parseJson(body);
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
    throw malformed('The body is no valid JSON.', cause);
  }
}

function isObject(value: unknown): value is object {
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
 * Reads every POST that is no form as JSON, straight from Node's request and bounded by `limits`. In place
 * of Yoga's own parsers and its limit of the body's size, which wrap each body in two web streams.
 */
export function useJsonBodies(limits: JsonBodyLimits): Plugin<object, ServerContext> {
  return {
    onRequestParse({ request, serverContext: { req }, setRequestParser }) {
      if (request.method !== 'POST' || isMultipart(req.headers)) return;
      setRequestParser(() => answeringRefusals(() => readJsonBody(req, limits)));
    },
  };
}
