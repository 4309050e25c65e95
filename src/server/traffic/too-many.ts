import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../../errors.ts';
import { toGraphQLError } from '../../graphql/errors.ts';
import { isMultipart } from '../bodies/media-type.ts';

/** A refusal that passes with time: `RATE_LIMITED`, and when to come again. */
export class TooMany extends GatewayError {
  override readonly retryAfterMs: number;

  /** @param what too many of which there are, as a sentence of its own. */
  constructor(what: string, retryAfterMs: number) {
    const seconds = Math.ceil(retryAfterMs / 1000);
    super('RATE_LIMITED', `${what}: try again in ${seconds} s.`, { retryAfterMs });
    this.retryAfterMs = retryAfterMs;
  }

  /** The value of `Retry-After` (RFC 9110, section 10.2.3), in whole seconds. */
  get retryAfter(): string {
    return String(Math.ceil(this.retryAfterMs / 1000));
  }
}

/** An answer whose status is 429. */
export interface TooManyAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const GRAPHQL_TYPE = 'application/graphql-response+json';

/** What whoever asked for an operation is answered; in JSON for whoever wanted a stream, too. */
export function operationAnswer(refusal: TooMany, headers: IncomingHttpHeaders): TooManyAnswer {
  const { message, extensions } = toGraphQLError(refusal);
  const charged = isMultipart(headers) ? { charged: false } : {};
  const type = headers.accept?.includes(GRAPHQL_TYPE) === true ? GRAPHQL_TYPE : 'application/json';
  return {
    headers: { 'content-type': `${type}; charset=utf-8`, 'retry-after': refusal.retryAfter },
    body: JSON.stringify({ errors: [{ message, extensions: { ...extensions, ...charged } }] }),
  };
}
