import { invalidResponse, type Answer } from './answer.ts';
import type { Endpoint } from './endpoints.ts';
import { createProviderError } from './errno.ts';
import { excerptOf } from './excerpt.ts';

/**
 * The result in an answer of `endpoint`.
 * @throws the error of the answer's `errno`; `UPSTREAM_INVALID_RESPONSE` where the result is not of the
 * documented shape, with `charged: null` for an upload.
 */
export function takeResult<Result>(endpoint: Endpoint<Result>, answer: Answer): Result {
  if (!answer.succeeded) throw createProviderError(endpoint, answer.errno, answer.text);
  const parsed = endpoint.data.safeParse(answer.data);
  if (!parsed.success) {
    const excerpt = excerptOf(JSON.stringify(answer.data) ?? 'nothing');
    const cause = new Error(`data of another shape: ${excerpt}`, { cause: parsed.error });
    throw invalidResponse({ cause, ...(endpoint.name === 'upload' ? { charged: null } : {}) });
  }
  return parsed.data;
}
