import type { IncomingMessage } from 'node:http';
import { sendContinue } from '../bodies/expect-continue.ts';
import { readChunks, type ReadOutcome } from '../bodies/read-chunks.ts';
import { disconnected, malformed, RefusedRequest, stalled } from '../bodies/refused-request.ts';
import { checkFileMap, parseFileMap, parseOperations, type FileMap } from './file-map.ts';
import { createFrontParser, type FrontPart } from './front-parser.ts';
import { withMissingVariables } from './missing-variables.ts';

/** The checked fields that come before the files of a form. */
export interface FormFields {
  readonly files: FileMap;
  /**
   * The form from its first byte up to what has been read: its fields written anew, and the rest as it came.
   */
  readonly head: Buffer[];
}

export interface FormFieldLimits {
  /** The largest size of the fields, with everything before and between them, in bytes. */
  readonly maxFieldsBytes: number;
  /** The longest time for the fields to arrive. */
  readonly readTimeoutMs: number;
  readonly maxFiles: number;
}

/**
 * Reads the fields `operations` and `map`, which come first and in this order, and as little as possible
 * after them. graphql-upload-minimal follows the paths of `map` along inherited properties into the
 * built-ins. A client that sends such a path would change them for the whole process, so the library must
 * only get forms that were checked here. It gets the checked fields themselves, so it cannot read them in
 * another way.
 * @throws RefusedRequest 400 for a malformed form, 413 over the limit, 408 if the fields do not arrive in
 * time.
 */
export async function readFormFields(
  req: IncomingMessage,
  boundary: string,
  { maxFieldsBytes, readTimeoutMs, maxFiles }: FormFieldLimits,
): Promise<FormFields> {
  using parser = createFrontParser(boundary, maxFieldsBytes);
  let size = 0;
  sendContinue(req);
  const outcome = await readChunks(req, {
    timeoutMs: readTimeoutMs,
    take(chunk) {
      size += chunk.length;
      parser.write(chunk);
      return size > maxFieldsBytes || parser.isDone;
    },
  });
  const refusals: Record<ReadOutcome, () => RefusedRequest> = {
    enough: () => tooLarge(maxFieldsBytes),
    end: () => malformed('The form ended before the fields operations and map had come.'),
    timeout: stalled,
    gone: disconnected,
  };
  const refusal = refusals[outcome];
  const { parts, rest } = parser;
  const text = fieldText(parts[0], 'operations', refusal);
  const sent = parseOperations(text);
  const mapText = fieldText(parts[1], 'map', refusal);
  const map = parseFileMap(mapText, maxFiles);
  const operations = withMissingVariables(sent, map);
  const files = checkFileMap(map, operations);
  const told = operations === sent ? text : JSON.stringify(operations);
  const head = headOf({ boundary, operations: told, map: mapText });
  return { files, head: [head, ...(files.size > 0 ? fileBeginning(rest) : []), rest] };
}

function headOf({
  boundary,
  ...fields
}: Readonly<Record<'boundary' | 'operations' | 'map', string>>) {
  const parts = Object.entries(fields).map(
    ([name, text]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`,
  );
  return Buffer.from(`${parts.join('')}--${boundary}`);
}

/**
 * What stands before the headers of the file. The parser treats a part as a file if it has a file name, which
 * many clients leave out, or if the first type that it names is this one.
 */
function fileBeginning(rest: Buffer): readonly Buffer[] {
  const isPart = rest.subarray(0, 2).equals(LINE_BREAK);
  return isPart ? [Buffer.from('\r\nContent-Type: application/octet-stream')] : [];
}

const LINE_BREAK = Buffer.from('\r\n');

function fieldText(
  part: FrontPart | undefined,
  name: string,
  refusal: () => RefusedRequest,
): string {
  if (part === undefined || part.truncated) throw refusal();
  if (part.name === name && part.text !== null) return part.text;
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
