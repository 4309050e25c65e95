import type { CallCause } from '../telemetry/events.ts';
import { UnusableAnswer } from './answer.ts';
import { excerptOf } from './excerpt.ts';

/** Longest chain of causes that is followed. A cycle of causes must not hang the log. */
const MAX_DEPTH = 5;

/** Why a call failed, for the log; null if it is only known that no answer came. */
export function causeOf(error: Error): CallCause | null {
  if (!(error.cause instanceof Error)) return null;
  return describe(error.cause, MAX_DEPTH);
}

/** Describes the chain of causes. If two errors have the same field, the outer one counts. */
function describe(error: Error, depth: number): CallCause {
  const inner = error.cause instanceof Error && depth > 1 ? describe(error.cause, depth - 1) : {};
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const answer = error instanceof UnusableAnswer ? answered(error) : {};
  return { ...inner, message: excerptOf(error.message), ...code, ...answer };
}

function answered({ statusCode, redirectsTo, excerpt, cause }: UnusableAnswer) {
  return {
    httpStatus: statusCode,
    ...(redirectsTo === undefined ? {} : { redirectsTo }),
    ...(excerpt === '' ? {} : { excerpt }),
    ...(cause instanceof Error ? { decoding: excerptOf(cause.message) } : {}),
  };
}
