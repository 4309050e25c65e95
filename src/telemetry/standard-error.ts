import { constants, fstatSync, openSync } from 'node:fs';
import { createLogDestination, type LogDestination } from './log-destination.ts';

const STANDARD_ERROR = 2;

/** Standard error as a place for the log, of which a reader that stalls or leaves stops nothing else. */
export function openStandardError(): LogDestination {
  const isFile = fstatSync(STANDARD_ERROR).isFile();
  return createLogDestination({ isFile, descriptor: isFile ? STANDARD_ERROR : withoutBlocking() });
}

/**
 * Opened once more where that is possible: whether it blocks is shared by all processes that were handed
 * the same standard error, and any of them may change it.
 */
function withoutBlocking(): number {
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync('/dev/fd/2', O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    // A socket, or a pipe of another user. Node's own stream keeps it from blocking, once it is there.
    process.stderr.on('error', () => undefined);
    return STANDARD_ERROR;
  }
}
