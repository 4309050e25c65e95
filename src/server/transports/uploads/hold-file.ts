import { Transform, type Readable } from 'node:stream';
import { callbackify } from 'node:util';

/**
 * Passes `file` on, and its end only once the form is `complete`. A file that ends in a form that is cut
 * off, or that goes on with parts that nobody asked for, would otherwise be sent, and charged, as if all
 * were well. Where the file breaks off, the stream fails with what `complete` fails with.
 */
export function holdFile(file: Readable, complete: Promise<void>): Readable {
  const held = new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: callbackify(() => complete),
  });
  // A resolver that opened the file and has left it listens no more, and an error unheard ends the process.
  held.on('error', () => undefined);
  file.once('close', () => {
    // The parser breaks its file off before it tells why.
    if (!file.readableEnded) complete.catch((reason: Error) => held.destroy(reason));
  });
  // Whoever stops reading early frees the file too.
  held.once('close', () => file.destroy());
  return file.pipe(held);
}
