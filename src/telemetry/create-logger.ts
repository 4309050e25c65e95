import { pino, type DestinationStream, type Level, type Logger } from 'pino';
import type { Secret } from '../common/secret.ts';
import { createScrubber, SECRET_FIELDS } from './scrub.ts';

export interface LoggerOptions {
  readonly level: Level | 'silent';
  /** Texts that no log line may contain. */
  readonly secrets: readonly Secret[];
  /** Where lines are written, one JSON object each. */
  readonly destination: DestinationStream;
}

/**
 * Fields that are hidden with their whole values, objects too: at the root of a line and among headers.
 * Deeper down the scrubber finds secrets in the text. Paths with wildcards would take twenty times as long as
 * the rest of a line.
 */
const PATHS = SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `headers["${field}"]`]);

/** Creates the gateway's log, which contains no secrets. */
export function createLogger({ level, secrets, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      redact: { paths: PATHS, censor: '[secret]' },
      hooks: { streamWrite: createScrubber(secrets) },
    },
    destination,
  );
}
