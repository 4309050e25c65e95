import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { chunkPassed } from '../../../common/collect-chunks.ts';
import { disconnected, RefusedRequest } from '../bodies/refused-request.ts';
import { createFormFeeder, type FormFeeder } from './form-feeder.ts';
import { formTypeOf } from './form-head.ts';
import type { HeldFile } from './hold-file.ts';

/**
 * Limit of bytes per form and turn of the event loop, so that one fast form does not buffer megabytes: it is sent on
 * in one write. Without the limit, a form whose provider is ready passes on 2 MiB at a time, and the other forms wait
 * for all of these.
 */
const TURN_BYTES = 256 * 1024;

export interface FormSourceOptions {
  readonly req: IncomingMessage;
  /** The part of `req` that has been read already. It is taken out of the list. */
  readonly head: Buffer[];
  readonly boundary: string;
  /** The largest size of the whole form with its file, in bytes. */
  readonly maxFormBytes: number;
  /** Called with the parser that the form is piped into, before the first byte. */
  readonly onParser: (parser: Writable) => void;
  /** Called if the client disconnects before the end or sends too much. Nothing is read after that. */
  readonly onFault: (fault: RefusedRequest) => void;
}

/**
 * A form from its first byte, with only those parts of a request that graphql-upload-minimal uses. It passes
 * the chunks of the request on as they come, to the library's parser or to the file, and keeps none. Closed,
 * it leaves the request paused and without listeners of its own.
 */
export class FormSource extends EventEmitter<{ close: [] }> {
  readonly headers: { readonly 'content-type': string };
  readonly #options: FormSourceOptions;
  #parser: Writable | undefined;
  #feeder: FormFeeder | undefined;
  #file: HeldFile | undefined;
  #bytesLeft: number;
  #turnBytesLeft = TURN_BYTES;
  #closed = false;
  #ended = false;

  constructor(options: FormSourceOptions) {
    super();
    this.#options = options;
    this.#bytesLeft = options.maxFormBytes;
    this.headers = { 'content-type': formTypeOf(options.boundary) };
  }

  /** Whether the parser has got the whole form. */
  get readableEnded(): boolean {
    return this.#ended;
  }

  /** Begins to read. The library does not expose its parser; this is the only place to get hold of it. */
  pipe(parser: Writable): void {
    const { req, head, boundary, onParser } = this.#options;
    this.#parser = parser.on('drain', this.flow);
    this.#feeder = createFormFeeder(parser, boundary);
    onParser(parser);
    // Taken out of the list, which would keep them as long as the upload lasts.
    for (const chunk of head.splice(0)) this.#take(chunk);
    if (this.#closed) return;
    // The request may have ended since its fields were read.
    if (req.readableEnded) return this.#end();
    if (req.destroyed) return this.#disconnect();
    req.on('data', this.#take).on('end', this.#end).on('close', this.#disconnect);
    this.flow();
  }

  /** The parser has come to the file. Call it with the file at once, and `flow` when it is taken. */
  divertTo(file: HeldFile): void {
    this.#file = file;
    this.#feeder?.divertTo(file);
  }

  /** Nothing to undo: by then the form is closed, or about to be. */
  unpipe(): void {}

  /** The library drains a form that it gave up. The transport does that, within bounds. */
  resume(): void {}

  /** Stops reading. */
  destroy(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { req } = this.#options;
    req.pause();
    req.socket.resume();
    req.off('data', this.#take).off('end', this.#end).off('close', this.#disconnect);
    this.#parser?.off('drain', this.flow);
    // Not at once: the library then destroys the parser, which may be the one that has called.
    process.nextTick(() => this.emit('close'));
  }

  /** Reads on if the form has its turn, and its bytes are taken. */
  readonly flow = (): void => {
    if (this.#closed) return;
    const { req } = this.#options;
    const isTaken = this.#parser?.writableNeedDrain !== true && this.#file?.isFull !== true;
    if (isTaken && this.#turnBytesLeft > 0) {
      req.socket.resume();
      req.resume();
    } else {
      req.pause();
      // The request alone would keep one more chunk, for as long as all others take their turns.
      req.socket.pause();
    }
  };

  readonly #take = (chunk: Buffer): void => {
    if (this.#closed) return;
    chunkPassed(chunk);
    this.#bytesLeft -= chunk.length;
    if (this.#bytesLeft < 0) return this.#options.onFault(formTooLarge());
    this.#feeder?.write(chunk);
    if (this.#turnBytesLeft > 0) {
      this.#turnBytesLeft -= chunk.length;
      if (this.#turnBytesLeft <= 0) setImmediate(this.#nextTurn);
    }
    this.flow();
  };

  readonly #nextTurn = (): void => {
    this.#turnBytesLeft = TURN_BYTES;
    this.flow();
  };

  readonly #end = (): void => {
    this.#ended = true;
    this.#feeder?.end();
    this.destroy();
  };

  readonly #disconnect = (): void => {
    this.#options.onFault(disconnected());
  };
}

export function formTooLarge() {
  return new RefusedRequest(
    413,
    'FILE_TOO_LARGE',
    'The file is larger than this gateway takes: send a smaller picture.',
  );
}
