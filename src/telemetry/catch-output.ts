import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { Log } from '../common/log.ts';

/**
 * Sends to the log what libraries print directly, and Node's warnings. Printed directly, that text could wait
 * in memory without limit, contain secrets, and would not be JSON. Call it once per process.
 */
export function catchOutput(log: Pick<Log, 'info' | 'warn'>): void {
  globalThis.console = new Console({
    stdout: lineStream((text) => log.info({ printed: text }, 'A library printed a message')),
    stderr: lineStream((text) => log.warn({ printed: text }, 'A library printed a message')),
    colorMode: false,
  });
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.warn({ err: warning }, 'Node printed a warning'));
}

const MAX_LENGTH = 10_000;

function lineStream(write: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      write(String(chunk).trimEnd().slice(0, MAX_LENGTH));
      done();
    },
  });
}
