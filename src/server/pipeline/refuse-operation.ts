import type { IncomingHttpHeaders } from 'node:http';
import type { FetchAPI } from 'graphql-yoga';
import type { GatewayError } from '../../common/errors.ts';
import { toGraphQLError } from '../../graphql/errors.ts';
import { isRefusedUpload } from './upload-charge.ts';

type Headers = Readonly<Record<string, string>>;

/** A response without its status. */
export interface RefusalAnswer {
  readonly headers: Headers;
  readonly body: string;
}

const GRAPHQL_TYPE = 'application/graphql-response+json';

/**
 * Response for an operation rejected before parsing: because of who sends it, or when. The body is JSON, even
 * for a client that asked for a stream. `Retry-After` (RFC 9110, section 10.2.3) is set if the reason passes
 * with time.
 * @param asked the headers of the request.
 */
export function refusalAnswer(refusal: GatewayError, asked: IncomingHttpHeaders): RefusalAnswer {
  const { message, extensions } = toGraphQLError(refusal);
  const isUpload = isRefusedUpload({ headers: asked, text: null });
  const charged = isUpload ? { charged: false } : {};
  const type = asked.accept?.includes(GRAPHQL_TYPE) === true ? GRAPHQL_TYPE : 'application/json';
  return {
    headers: { 'content-type': `${type}; charset=utf-8`, ...retryAfter(refusal) },
    body: JSON.stringify({ errors: [{ message, extensions: { ...extensions, ...charged } }] }),
  };
}

/** The same as a response of Yoga, with `more` added to its headers. */
export function refuseOperation(
  refusal: GatewayError,
  asked: IncomingHttpHeaders,
  status: number,
  { Response: AnyResponse }: FetchAPI,
  more: Headers = {},
): Response {
  const { headers, body } = refusalAnswer(refusal, asked);
  return new AnyResponse(body, { status, headers: { ...headers, ...more } });
}

function retryAfter({ retryAfterMs }: GatewayError): Headers {
  return retryAfterMs === undefined ? {} : { 'retry-after': `${Math.ceil(retryAfterMs / 1000)}` };
}
