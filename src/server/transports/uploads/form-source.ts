import type { IncomingMessage } from 'node:http';
import { Readable, type ReadableOptions } from 'node:stream';
import { disconnected, RefusedRequest } from '../bodies/refused-request.ts';

export interface FormSourceOptions {
  readonly req: IncomingMessage;
  /** The part of `req` that has been read already. */
  readonly head: readonly Buffer[];
  readonly contentType: string;
  /** The largest size of the whole form with its file, in bytes. */
  readonly maxFormBytes: number;
  /** Called with the parser that the form is piped into, before the first byte. */
  readonly onParser: (parser: NodeJS.WritableStream) => void;
}

/** A form from its first byte. It has only those parts of a request that graphql-upload-minimal uses. */
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

  /** The library does not expose its parser; this is the only place to get hold of it. */
  override pipe<T extends NodeJS.WritableStream>(
    parser: T,
    options?: { readonly end?: boolean },
  ): T {
    this.#onParser(parser);
    return super.pipe(parser, options);
  }
}

/**
 * Reads `req` only as fast as the source itself is read. It fails with a `RefusedRequest` if the client
 * disconnects before the end or sends too much. After it is destroyed, `req` is paused and has no listeners
 * of it.
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
    // Node may close a request that has been read before its last bytes have been passed on.
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
  // If the whole form arrived before any of it was read, the request may have ended since its fields were
  // read.
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
