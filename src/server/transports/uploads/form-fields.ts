import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { readChunks, type ReadOutcome } from '../bodies/read-chunks.ts';
import { disconnected, malformed, RefusedRequest, stalled } from '../bodies/refused-request.ts';
import { parseFileMap, parseOperations, type FileMap } from './file-map.ts';
import { formTypeOf } from './form-head.ts';

/** The checked fields that come before the files of a form. */
export interface FormFields {
  readonly files: FileMap;
  /** All bytes that were read to find the fields. They may go beyond them. */
  readonly head: Buffer[];
}

export interface FormFieldLimits {
  /** The largest size of the fields, with everything before and between them, in bytes. */
  readonly maxFieldsBytes: number;
  /** The longest time for the fields to arrive. */
  readonly readTimeoutMs: number;
  readonly maxFiles: number;
}

interface Part {
  /** Null for a file. */
  readonly value: string | null;
  readonly name: string;
  readonly truncated: boolean;
}

/**
 * Reads the fields `operations` and `map`, which come first and in this order, and as little as possible
 * after them. graphql-upload-minimal follows the paths of `map` along inherited properties into the
 * built-ins. A client that sends such a path would change them for the whole process, so the library must
 * only get forms that were checked here. The parser is the library's own, with the library's options, so that
 * both see the same parts.
 * @throws RefusedRequest 400 for a malformed form, 413 over the limit, 408 if the fields do not arrive in
 * time.
 */
export async function readFormFields(
  req: IncomingMessage,
  boundary: string,
  { maxFieldsBytes, readTimeoutMs, maxFiles }: FormFieldLimits,
): Promise<FormFields> {
  const head: Buffer[] = [];
  const parts: Part[] = [];
  let size = 0;
  let parserError: unknown = null;
  const parser = busboy({
    headers: { 'content-type': formTypeOf(boundary) },
    defParamCharset: 'utf8',
    limits: { fieldSize: maxFieldsBytes, fields: 2, files: maxFiles },
  });
  using cleanup = new DisposableStack();
  cleanup.defer(() => parser.destroy());
  // Not `once`: a parser that is destroyed before the end of its form emits an error for that as well.
  parser.on('error', (error) => (parserError ??= error));
  parser.on('field', (name, value, { valueTruncated }) => {
    parts.push({ name, value, truncated: valueTruncated });
  });
  parser.on('file', (name, stream) => {
    stream.on('error', () => undefined).resume();
    parts.push({ name, value: null, truncated: false });
  });

  const outcome = await readChunks(req, {
    timeoutMs: readTimeoutMs,
    take(chunk) {
      head.push(chunk);
      size += chunk.length;
      // The parser emits its events before this call returns.
      parser.write(chunk);
      if (parserError !== null) throw malformed('The form is malformed.', parserError);
      return size > maxFieldsBytes || parts.length >= 2 || parts[0]?.value === null;
    },
  });
  const refusals: Record<ReadOutcome, () => RefusedRequest> = {
    enough: () => tooLarge(maxFieldsBytes),
    end: () => malformed('The form ended before the fields operations and map had come.'),
    timeout: stalled,
    gone: disconnected,
  };
  const operations = parseOperations(fieldValue(parts[0], 'operations', refusals[outcome]));
  const files = parseFileMap(fieldValue(parts[1], 'map', refusals[outcome]), operations, maxFiles);
  return { files, head };
}

function fieldValue(part: Part | undefined, name: string, refusal: () => RefusedRequest): string {
  if (part === undefined || part.truncated) throw refusal();
  if (part.name === name && part.value !== null) return part.value;
  throw malformed(
    'A form must begin with the field operations, then the field map, then the file.',
  );
}

function tooLarge(maxFieldsBytes: number) {
  return new RefusedRequest(
    413,
    'BAD_USER_INPUT',
    `The fields of the form are larger than the ${maxFieldsBytes} bytes allowed.`,
  );
}
