import type { Logger } from 'pino';

/**
 * The part of the logger that modules use. The object comes first, then a sentence: `log.warn({ err: error },
 * 'what it means')`.
 */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
