import type { CombinedError } from '@urql/core';
import * as z from 'zod/mini';
import { offline, type Failure } from './failure.ts';

/** The extensions of the gateway's errors (docs/errors.md, "Codes"). */
const extensions = z.object({
  code: z.string(),
  retryable: z.optional(z.boolean()),
  charged: z.optional(z.nullable(z.literal(false))),
  retryAfterMs: z.optional(z.number()),
  photoId: z.optional(z.string()),
});

/** The failure in a response's errors: the first one, since our operations ask for one thing. */
export function readFailure(errors: readonly { message: string; extensions?: unknown }[]): Failure {
  const [error] = errors;
  const told = extensions.safeParse(error?.extensions).data;
  return {
    code: told?.code ?? 'UNKNOWN',
    message: error?.message ?? '',
    retryable: told?.retryable ?? false,
    charged: told?.charged,
    retryAfterMs: told?.retryAfterMs,
    photoId: told?.photoId,
  };
}

/** The failure of a request. */
export function failureOfRequest({ graphQLErrors, networkError }: CombinedError): Failure {
  return graphQLErrors.length > 0 ? readFailure(graphQLErrors) : offline(networkError);
}
