import { Transform, type Readable } from 'node:stream';
import { callbackify } from 'node:util';

/**
 * Passes `file` on, but ends it only once the form is `complete`. Otherwise a file would be sent and charged
 * as if all were well, even if its form is cut off after the file or goes on with unexpected parts. If the
 * file breaks off, the stream fails with the error of `complete`.
 */
export function holdFile(file: Readable, complete: Promise<void>): Readable {
  const held = new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: callbackify(() => complete),
  });
  // A resolver that opened the file and then abandoned it has no listener, and an unhandled `error` event
  // ends the process.
  held.on('error', () => undefined);
  file.once('close', () => {
    // The parser breaks its file off before it reports the reason.
    if (!file.readableEnded) complete.catch((reason: Error) => held.destroy(reason));
  });
  // A reader that stops early frees the file too.
  held.once('close', () => file.destroy());
  return file.pipe(held);
}
