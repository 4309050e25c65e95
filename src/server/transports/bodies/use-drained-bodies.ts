import type { IncomingMessage } from 'node:http';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { drainBody, type DrainBounds } from './drain-body.ts';
import { hasBody } from './drain-body.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/**
 * Answers once the request has been read. A client that is answered while it still sends may see nothing
 * but a broken connection, because a server that closes on unread bytes resets it.
 *
 * Beyond `bounds` the answer goes out all the same, whole and with `Connection: close`; reading goes on
 * within the same bounds once more, so that it can arrive, and then the connection ends.
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
  // An event stream lasts: what is left of the request is read no more.
  if (headers.get('content-type')?.startsWith('application/') !== true) {
    return new AnyResponse(response.body, { status, statusText, headers });
  }
  const body = Buffer.from(await response.arrayBuffer());
  // Tells the client that it has the whole answer while the connection is still held open.
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
