import { EventEmitter, once } from 'node:events';
import { pino, type Logger } from 'pino';

export interface ReadableLog {
  readonly log: Logger;
  /** All lines so far, of every level. */
  readonly lines: readonly string[];
  /** Resolves once a line matches, now or earlier. */
  until(pattern: RegExp): Promise<void>;
}

/** A log that tests can read. */
export function createReadableLog(): ReadableLog {
  const lines: string[] = [];
  const written = new EventEmitter();
  function write(line: string) {
    lines.push(line);
    written.emit('line');
  }
  return {
    log: pino({ level: 'trace' }, { write }),
    lines,
    async until(pattern) {
      while (!lines.some((line) => pattern.test(line))) await once(written, 'line');
    },
  };
}
