import type { Failure } from '../gateway/failure.ts';
import type { KnownFailure, Words } from './words.ts';

/**
 * What to do about a failure. For an unknown one, the gateway's own message in English.
 *
 * @param maxBytes - The largest file that the gateway accepts.
 */
export function failureText(
  { code, message }: Pick<Failure, 'code' | 'message'>,
  words: Words,
  maxBytes: number,
): string {
  if (code === 'FILE_TOO_LARGE') return words.tooLarge(maxBytes);
  if (isKnown(code, words)) return words.failures[code];
  return message === '' ? words.failures.UNKNOWN : message;
}

function isKnown(code: string, { failures }: Words): code is KnownFailure {
  return Object.hasOwn(failures, code);
}
