import { invalidResponse, type Answer } from './answer.ts';
import type { Endpoint } from './endpoints.ts';
import { createProviderError } from './errno.ts';

/**
 * The result in an answer of `endpoint`.
 * @throws the error of the answer's `errno`; `UPSTREAM_INVALID_RESPONSE` where the result is not of the
 * documented shape.
 */
export function takeResult<Result>(endpoint: Endpoint<Result>, answer: Answer): Result {
  if (!answer.succeeded) throw createProviderError(endpoint, answer.errno, answer.text);
  const parsed = endpoint.data.safeParse(answer.data);
  if (!parsed.success) throw invalidResponse(parsed.error);
  return parsed.data;
}
