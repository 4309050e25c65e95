import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayError } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';
import { isRefusedUpload, withCharge } from '../../pipeline/upload-charge.ts';
import { isMultipart } from '../bodies/media-type.ts';
import { acceptedTypes, GRAPHQL_TYPE, JSON_TYPE } from './accept.ts';
import { answerWith, type BodyAnswer } from './answer.ts';
import { withHttp } from './http-extension.ts';

/**
 * The response to an operation that is rejected before it is read: because of who sends it, or when. The body
 * is JSON, even for a client that asked for a stream. `Retry-After` (RFC 9110, section 10.2.3) is set if the
 * reason passes with time.
 * @param asked the headers of the request.
 */
export function refusalAnswer(
  refusal: GatewayError,
  asked: IncomingHttpHeaders,
  status: number,
  more: Readonly<Record<string, string>> = {},
): BodyAnswer {
  const error = toGraphQLError(refusal);
  const isUpload = isRefusedUpload({ isForm: isMultipart(asked) });
  const headers = { ...more, ...retryAfter(refusal) };
  const told = withHttp(isUpload ? withCharge(error, false) : error, { status, headers });
  const { ofResult } = acceptedTypes(asked.accept ?? '');
  return answerWith({ errors: [told] }, ofResult === GRAPHQL_TYPE ? GRAPHQL_TYPE : JSON_TYPE);
}

function retryAfter({ retryAfterMs }: GatewayError) {
  return retryAfterMs === undefined
    ? {}
    : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) };
}
