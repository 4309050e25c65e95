import type { Readable, Writable } from 'node:stream';

/** Where a feeder puts the bytes of a form's file. */
export interface FileSink {
  /** What the parser made of the beginning of the file. */
  readonly parsed: Readable;
  /** Takes bytes of the file that follow those of `parsed`. */
  push(content: Uint8Array): void;
}

/** Feeds a form to its parser, and most of its file past it. */
export interface FormFeeder {
  write(chunk: Buffer): void;
  /** Tells that the parser has come to the file. Called within `write`. */
  divertTo(sink: FileSink): void;
  /** The form has ended. */
  end(): void;
}

/**
 * Creates the feeder of `parser`. Only the parser decides where the file begins and what follows it. In
 * between, it would search each byte of the file for the delimiter, in JavaScript, which was a fifth of an
 * upload's work. So chunks go past it once the parser holds no bytes back, until the delimiter comes. The
 * parser sees only the file's first bytes.
 */
export function createFormFeeder(parser: Writable, boundary: string): FormFeeder {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  let sink: FileSink | undefined;
  let diverting = false;
  /** The end of the chunks so far, if the delimiter may begin there. */
  let kept = Buffer.alloc(0);

  function write(chunk: Buffer) {
    if (diverting) divert(chunk);
    else parse(chunk);
  }

  function parse(chunk: Buffer) {
    const last = chunk.length - 1;
    parser.write(chunk.subarray(0, last));
    const parsedBytes = sink?.parsed.readableLength ?? 0;
    parser.write(chunk.subarray(last));
    // Whether the last byte is already in the file: then the parser is there and holds nothing back.
    diverting =
      sink !== undefined &&
      sink.parsed.readableLength > parsedBytes &&
      chunk.length >= delimiter.length &&
      beginsAtEnd(chunk, delimiter) === 0;
  }

  function divert(chunk: Buffer) {
    const bytes = kept.length > 0 ? Buffer.concat([kept, chunk]) : chunk;
    const found = bytes.indexOf(delimiter);
    const size = found === -1 ? bytes.length - beginsAtEnd(bytes, delimiter) : found;
    if (size > 0) sink?.push(bytes.subarray(0, size));
    // A copy: a view, even an empty one, would keep the whole chunk in memory.
    kept = Buffer.from(bytes.subarray(size));
    if (found !== -1) stopDiverting();
  }

  function stopDiverting() {
    diverting = false;
    sink = undefined;
    if (kept.length > 0) parser.write(kept);
  }

  function end() {
    if (diverting) stopDiverting();
    parser.end();
  }

  return {
    write,
    divertTo: (file) => void (sink = file),
    end,
  };
}

/** How many bytes at the end of `bytes` may be the beginning of `delimiter`, without its last byte. */
function beginsAtEnd(bytes: Buffer, delimiter: Buffer): number {
  const earliest = Math.max(0, bytes.length - delimiter.length + 1);
  let start = bytes.indexOf('\r', earliest);
  while (start !== -1 && !delimiter.subarray(0, bytes.length - start).equals(bytes.subarray(start)))
    start = bytes.indexOf('\r', start + 1);
  return start === -1 ? 0 : bytes.length - start;
}
