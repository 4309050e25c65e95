import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { readJsonBody, type JsonBodyLimits } from './json-body.ts';
import { isMultipart } from './media-type.ts';
import { answeringRefusals } from './refused-request.ts';

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
