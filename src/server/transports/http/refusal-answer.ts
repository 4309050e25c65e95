import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayError } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';
import { withRefusedCharge } from '../../pipeline/upload-charge.ts';
import { retryAfterOf } from '../../retry-after.ts';
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
  const { retryAfterMs } = refusal;
  const retryAfter = retryAfterMs !== undefined && { 'Retry-After': retryAfterOf(retryAfterMs) };
  const http = { status, headers: { ...more, ...retryAfter } };
  const told = withRefusedCharge({ isForm: isMultipart(asked) }, [toGraphQLError(refusal)]);
  const { ofResult } = acceptedTypes(asked.accept ?? '');
  return answerWith(
    { errors: told.map((error) => withHttp(error, http)) },
    ofResult === GRAPHQL_TYPE ? GRAPHQL_TYPE : JSON_TYPE,
  );
}
