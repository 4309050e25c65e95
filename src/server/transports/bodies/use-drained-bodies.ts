import type { IncomingMessage } from 'node:http';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { drainBody, hasBody, type DrainBounds } from './drain-body.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/**
 * Sends the response only after the request has been read. A server that closes a connection with unread
 * bytes resets it, so a client that is still sending might see only a broken connection.
 *
 * If the body is over `bounds`, the whole response is sent anyway, with `Connection: close`. Reading goes on
 * within the same bounds once more, so that the response can arrive, and then the connection ends.
 */
export function useDrainedBodies(bounds: DrainBounds): Plugin<object, ServerContext> {
  return {
    async onResponse(payload) {
      const { response, fetchAPI } = payload;
      const { req } = payload.serverContext;
      if (req.readableEnded || !hasBody(req) || (await drainBody(req, bounds))) return;
      payload.setResponse(await lastAnswer(response, req, bounds, fetchAPI));
    },
  };
}

async function lastAnswer(
  response: Response,
  req: IncomingMessage,
  bounds: DrainBounds,
  { Response: AnyResponse, Headers: AnyHeaders }: FetchAPI,
): Promise<Response> {
  const headers = new AnyHeaders(response.headers);
  headers.set('connection', 'close');
  const { status, statusText } = response;
  // An event stream lasts long: the rest of its request is not read.
  if (headers.get('content-type')?.startsWith('application/') !== true) {
    return new AnyResponse(response.body, { status, statusText, headers });
  }
  const body = Buffer.from(await response.arrayBuffer());
  // With the length the client knows that the response is complete while the connection is still open.
  headers.set('content-length', String(body.length));

  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(body);
      await drainBody(req, bounds);
      controller.close();
    },
  });
  return new AnyResponse(stream, { status, statusText, headers });
}
