import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** The requests whose clients wait for 100 Continue before they send a body. */
const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * Lets requests with `Expect: 100-continue` (RFC 9110, section 10.1.1) pass like any other, without the 100
 * that Node would send at once. A request that is refused for its head is answered instead, so that no file
 * travels for nothing.
 */
export function holdContinue(server: Server): void {
  server.on('checkContinue', (req, res) => {
    waiting.set(req, res);
    // If the 100 never comes, the client may leave the body out, and the server cannot tell it from the next
    // request.
    res.shouldKeepAlive = false;
    server.emit('request', req, res);
  });
}

/** Asks for the body of a request, if its client waits for that. */
export function sendContinue(req: IncomingMessage): void {
  const res = waiting.get(req);
  if (res === undefined) return;
  waiting.delete(req);
  res.shouldKeepAlive = true;
  if (!res.headersSent && !res.destroyed) res.writeContinue();
}

/** Whether the client of a request still waits to be asked for its body. */
export function waitsForContinue(req: IncomingMessage): boolean {
  return waiting.has(req);
}
