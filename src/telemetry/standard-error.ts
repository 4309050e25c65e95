import { constants, fstatSync, openSync } from 'node:fs';
import { createLogDestination, type LogDestination } from './log-destination.ts';

const STANDARD_ERROR = 2;

/**
 * Opens standard error as the log's destination. A reader that stalls or leaves does not stop anything else.
 */
export function openStandardError(): LogDestination {
  const isFile = fstatSync(STANDARD_ERROR).isFile();
  return createLogDestination({ isFile, descriptor: isFile ? STANDARD_ERROR : withoutBlocking() });
}

/**
 * Opens standard error again if possible. All processes that share a standard error also share whether it
 * blocks, and any of them may change that.
 */
function withoutBlocking(): number {
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync('/dev/fd/2', O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    // It is a socket, or a pipe of another user. Node's own stream, once created, keeps it from blocking.
    process.stderr.on('error', () => undefined);
    return STANDARD_ERROR;
  }
}
