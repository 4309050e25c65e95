import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { readChunks, type ReadOutcome } from '../bodies/read-chunks.ts';
import { disconnected, malformed, RefusedRequest, stalled } from '../bodies/refused-request.ts';
import { parseFileMap, parseOperations, type FileMap } from './file-map.ts';

/** The fields before the files of a form, found sound. */
export interface FormFields {
  readonly files: FileMap;
  /** All that was read to find them, as it came. It may reach beyond them. */
  readonly head: readonly Buffer[];
}

export interface FormFieldLimits {
  /** The fields with all that stands before and between them. */
  readonly maxFieldsBytes: number;
  /** Longest time for them to come in. */
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
 * Reads the fields `operations` and `map`, which come first and in this order, and no further than it
 * must. graphql-upload-minimal follows the paths of `map` along inherited properties into the built-ins,
 * and whoever names such a path changes them for the whole process: nothing may reach it that has not
 * passed here. The parser is the library's own, with its own options, so that both see the same parts.
 * @throws RefusedRequest 400 for what is malformed, 413 over the limit, 408 when they do not come in time.
 */
export async function readFormFields(
  req: IncomingMessage,
  contentType: string,
  { maxFieldsBytes, readTimeoutMs, maxFiles }: FormFieldLimits,
): Promise<FormFields> {
  const head: Buffer[] = [];
  const parts: Part[] = [];
  let size = 0;
  let parserError: unknown = null;
  const parser = busboy({
    headers: { 'content-type': contentType },
    defParamCharset: 'utf8',
    limits: { fieldSize: maxFieldsBytes, fields: 2, files: maxFiles },
  });
  using cleanup = new DisposableStack();
  cleanup.defer(() => parser.destroy());
  // Not once: a parser that is destroyed before the end of its form complains of that as well.
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
      // Its events come before this returns.
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
