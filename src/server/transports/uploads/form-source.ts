import type { IncomingMessage } from 'node:http';
import { Readable, type ReadableOptions } from 'node:stream';
import { disconnected, RefusedRequest } from '../bodies/refused-request.ts';

export interface FormSourceOptions {
  readonly req: IncomingMessage;
  /** What has been read of `req` already. */
  readonly head: readonly Buffer[];
  readonly contentType: string;
  /** The whole form, file and all. */
  readonly maxFormBytes: number;
  /** Called with the parser that the form is piped into, before the first byte is. */
  readonly onParser: (parser: NodeJS.WritableStream) => void;
}

/** A form from its first byte, as much of a request as graphql-upload-minimal looks at. */
export class FormSource extends Readable {
  readonly headers: { readonly 'content-type': string };
  readonly #onParser: FormSourceOptions['onParser'];

  constructor(
    { contentType, onParser }: Pick<FormSourceOptions, 'contentType' | 'onParser'>,
    options: ReadableOptions,
  ) {
    super(options);
    this.headers = { 'content-type': contentType };
    this.#onParser = onParser;
  }

  /** The library keeps its parser to itself; this is where it can be met. */
  override pipe<T extends NodeJS.WritableStream>(
    parser: T,
    options?: { readonly end?: boolean },
  ): T {
    this.#onParser(parser);
    return super.pipe(parser, options);
  }
}

/**
 * Reads `req` as fast as it is read itself. Fails with a `RefusedRequest` when the client leaves before
 * the end, or sends more than it may. Once destroyed, it has left `req` paused and as it found it.
 */
export function createFormSource({ req, head, maxFormBytes, ...rest }: FormSourceOptions) {
  let bytesLeft = maxFormBytes;
  const source = new FormSource(rest, { read: () => req.resume(), destroy: leave });

  function take(chunk: Buffer) {
    bytesLeft -= chunk.length;
    if (bytesLeft < 0) source.destroy(formTooLarge());
    else if (!source.push(chunk)) req.pause();
  }

  function onEnd() {
    // Node may close a request that has been read before the last of it has been passed on.
    req.off('close', onClose);
    source.push(null);
  }

  const onClose = () => source.destroy(disconnected());

  function leave(error: Error | null, done: (error: Error | null) => void) {
    req.pause();
    req.off('data', take).off('end', onEnd).off('close', onClose);
    done(error);
  }

  for (const chunk of head) take(chunk);
  req.on('data', take).on('end', onEnd).on('close', onClose);
  // Where all of it had come before any was read, it may have ended since its head was.
  if (req.readableEnded) onEnd();
  else if (req.destroyed) onClose();
  return source;
}

export function formTooLarge() {
  return new RefusedRequest(
    413,
    'FILE_TOO_LARGE',
    'The file is larger than this gateway takes: send a smaller picture.',
  );
}
