import busboy from 'busboy';
import { malformed } from '../bodies/refused-request.ts';
import { formTypeOf } from './form-head.ts';

/** A part at the beginning of a form. */
export interface FrontPart {
  readonly name: string;
  /** Its text. Null for a file that is neither of the fields. */
  readonly text: string | null;
  readonly truncated: boolean;
}

/** Finds the first two parts of a form. */
export interface FrontParser extends Disposable {
  /** Those that have been read so far, two at most. */
  readonly parts: readonly FrontPart[];
  /** Whether nothing more is needed of the form. */
  readonly isDone: boolean;
  /** What follows the delimiter after the second part. Empty before that. */
  readonly rest: Buffer;
  /** @throws RefusedRequest if the form is malformed. */
  write(chunk: Buffer): void;
}

const FIELDS: ReadonlySet<string> = new Set(['operations', 'map']);

/** A line break or the end of the form follows a delimiter. */
const AFTER_DELIMITER_BYTES = 2;

/**
 * Parses with the parser of graphql-upload-minimal. A field may have come as a file: some clients give each
 * part a file name, and `FormData` each Blob.
 */
export function createFrontParser(boundary: string, maxFieldBytes: number): FrontParser {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const parts: FrontPart[] = [];
  let parserError: unknown = null;
  /** The end of the chunks so far, if the delimiter may begin there. */
  let tail = Buffer.alloc(0);
  let rest = Buffer.alloc(0);

  const parser = busboy({
    headers: { 'content-type': formTypeOf(boundary) },
    defParamCharset: 'utf8',
    limits: { fieldSize: maxFieldBytes },
  });
  // Not `once`: a parser that is destroyed before the end of its form emits an error for that as well.
  parser.on('error', (error) => (parserError ??= error));
  parser.on('field', (name, text, { valueTruncated }) => {
    parts.push({ name, text, truncated: valueTruncated });
  });
  parser.on('file', (name, stream) => {
    stream.on('error', () => undefined);
    const content: Buffer[] = [];
    // The parser calls this for each piece and at the end. Events of the stream would come too late to see
    // where the part has ended.
    stream.push = (piece: Buffer | null) => {
      if (piece !== null) content.push(piece);
      else parts.push({ name, text: Buffer.concat(content).toString(), truncated: false });
      return true;
    };
    if (!FIELDS.has(name)) parts.push({ name, text: null, truncated: false });
  });

  function isEnough() {
    return parts.length >= 2 || parts[0]?.text === null;
  }

  /** Writes as little as ends a part, so that the end of the second is known to the byte. */
  function write(chunk: Buffer) {
    if (isEnough()) {
      rest = Buffer.concat([rest, chunk]);
      return;
    }
    const bytes = Buffer.concat([tail, chunk]);
    let written = tail.length;
    while (written < bytes.length && !isEnough()) {
      const found = bytes.indexOf(delimiter, Math.max(0, written - delimiter.length + 1));
      const end = found === -1 ? bytes.length : found + delimiter.length;
      // The parser emits its events before this call returns.
      parser.write(bytes.subarray(written, end));
      if (parserError !== null) throw malformed('The form is malformed.', parserError);
      written = end;
    }
    if (isEnough()) rest = bytes.subarray(written);
    tail = bytes.subarray(Math.max(0, bytes.length - delimiter.length + 1));
  }

  return {
    parts,
    get isDone() {
      return isEnough() && (rest.length >= AFTER_DELIMITER_BYTES || parts.length < 2);
    },
    get rest() {
      return rest;
    },
    write,
    [Symbol.dispose]: () => void parser.destroy(),
  };
}
