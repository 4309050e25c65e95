import type { Logger } from 'pino';

/** What a room may ask of the log. Objects first, then a sentence: `log.warn({ err: error }, 'what it means')`. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
