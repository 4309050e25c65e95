import type { Failure } from '../gateway/failure.ts';
import type { KnownFailure, Words } from './words.ts';

/** What to do about a failure. For an unknown one, the gateway's own message in English. */
export function failureText(
  { code, message }: Pick<Failure, 'code' | 'message'>,
  words: Words,
): string {
  if (isKnown(code, words)) return words.failures[code];
  return message === '' ? words.failures.UNKNOWN : message;
}

function isKnown(code: string, { failures }: Words): code is KnownFailure {
  return Object.hasOwn(failures, code);
}
