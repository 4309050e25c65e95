import { pino, type Level, type Logger } from 'pino';
import type { LogDestination } from './log-destination.ts';
import { SECRET_FIELDS } from './scrub.ts';

export interface LoggerOptions {
  readonly level: Level | 'silent';
  /** Where lines are written, one JSON object each. It hides secrets in their text. */
  readonly destination: Pick<LogDestination, 'write'>;
}

/**
 * Fields that are hidden with their whole values, objects too: at the root of a line and among headers.
 * Deeper down the destination finds secrets in the text. Paths with wildcards would take twenty times as long as
 * the rest of a line.
 */
const PATHS = SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `headers["${field}"]`]);

/** Creates the gateway's log. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      redact: { paths: PATHS, censor: '[secret]' },
    },
    destination,
  );
}
