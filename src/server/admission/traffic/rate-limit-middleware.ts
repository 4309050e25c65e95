import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusalAnswer, type RefusalAnswer } from '../../pipeline/refuse-operation.ts';
import { hasBody } from '../../transports/bodies/drain-body.ts';
import type { ConnectionLimit } from './connection-limit.ts';
import type { RequestLimits } from './request-limits.ts';
import type { TooMany } from './too-many.ts';

/**
 * Lets a request pass, or answers 429 and resolves with false. It counts by address only, before the request
 * is processed.
 */
export type RateLimitMiddleware = (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

export interface RateLimitMiddlewareOptions {
  readonly requests: Pick<RequestLimits, 'request'>;
  readonly connections: Pick<ConnectionLimit, 'hold'>;
  /** Whether the request is for an operation, which must be rejected with a GraphQL error. */
  readonly isOperation: (req: IncomingMessage) => boolean;
}

export function createRateLimitMiddleware({
  requests,
  connections,
  isOperation,
}: RateLimitMiddlewareOptions): RateLimitMiddleware {
  function refuse(refusal: TooMany, req: IncomingMessage, res: ServerResponse) {
    const answer = isOperation(req) ? refusalAnswer(refusal, req.headers) : plainAnswer(refusal);
    // Node would go on reading an upload of any size, only to reach the next request on the connection.
    if (hasBody(req)) res.setHeader('Connection', 'close');
    res.writeHead(429, { ...answer.headers });
    res.end(answer.body);
  }

  return async (req, res) => {
    const refusal = connections.hold(req, res) ?? (await requests.request(req));
    if (refusal) refuse(refusal, req, res);
    return refusal === null;
  };
}

function plainAnswer(refusal: TooMany): RefusalAnswer {
  return {
    headers: { 'content-type': 'application/json', 'retry-after': refusal.retryAfter },
    body: JSON.stringify({ error: refusal.message }),
  };
}
