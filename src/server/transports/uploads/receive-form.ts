import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { processRequest, Upload, type FileUpload } from 'graphql-upload-minimal';
import type { GraphQLParams } from 'graphql-yoga';
import { disconnected, malformed, RefusedRequest, stalled } from '../bodies/refused-request.ts';
import type { FormFields } from './form-fields.ts';
import { createFormSource } from './form-source.ts';
import { holdFile } from './hold-file.ts';
import { ownValueAt } from './own-value.ts';

export interface FormOptions {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly contentType: string;
  readonly fields: FormFields;
  readonly maxFieldsBytes: number;
  readonly maxFormBytes: number;
  readonly maxFiles: number;
  /** Longest wait for the file to begin. */
  readonly readTimeoutMs: number;
}

/** One form while it comes in. */
export interface ReceivedForm {
  /** The operation, in whose variables the files stand; resolves before they have come in. */
  readonly operation: Promise<GraphQLParams>;
  /** What was found wrong with the form since, or null. */
  readonly fault: RefusedRequest | null;
  /** Ends all reading: what is still to come is left in the request, and file streams fail. */
  end(): void;
}

/**
 * Hands a form whose fields were found sound to graphql-upload-minimal, and watches what the parser finds
 * from there on.
 */
export function receiveForm(options: FormOptions): ReceivedForm {
  const { res, fields, maxFieldsBytes, maxFiles, readTimeoutMs } = options;
  const missing = new Set(fields.files.keys());
  const completion = Promise.withResolvers<void>();
  // Nobody waits for it where no file is read.
  completion.promise.catch(() => undefined);
  let fault: RefusedRequest | null = null;

  const source = createFormSource({ ...options, head: fields.head, onParser });
  source.on('error', (error) => fail(error instanceof RefusedRequest ? error : broken(error)));
  const stallTimer = setTimeout(() => fail(stalled()), readTimeoutMs);
  if (missing.size === 0) clearTimeout(stallTimer);
  source.once('close', () => {
    clearTimeout(stallTimer);
    if (!source.readableEnded) completion.reject(fault ?? disconnected());
  });

  function fail(reason: RefusedRequest) {
    fault ??= reason;
    completion.reject(fault);
    source.destroy(fault);
  }

  function onParser(parser: NodeJS.WritableStream) {
    // Not once, as the library listens: it destroys a parser that has failed, which fails again then, and
    // an error that nobody hears ends the process.
    parser.on('error', (error: unknown) => fail(broken(error)));
    parser.on('file', (name: string) => {
      if (!missing.delete(name)) fail(unexpectedPart());
      else if (missing.size === 0) clearTimeout(stallTimer);
    });
    parser.once('filesLimit', () => fail(unexpectedPart()));
    // The parser takes a part without a file name for a field, unless its type is that of any bytes.
    parser.once('fieldsLimit', () => fail(missing.size > 0 ? namelessFile() : unexpectedPart()));
    parser.once('finish', () => {
      if (missing.size > 0) fail(malformed('The form ended without the file that its map names.'));
      completion.resolve();
    });
  }

  function hold(file: FileUpload): FileUpload {
    const createReadStream = file.createReadStream.bind(file);
    // The library's types promise one; a part of any bytes may have none.
    const filename = file.filename || 'photo';
    function openHeld(): Readable {
      try {
        return holdFile(createReadStream(), completion.promise);
      } catch (cause) {
        throw fault ?? malformed('A file may be used once in an operation.', cause);
      }
    }
    return Object.assign(file, { filename, createReadStream: openHeld });
  }

  /** The library tells nothing of the reason where a file does not come; it is what the form fails with. */
  async function brokenOff(cause: unknown): Promise<never> {
    await completion.promise;
    throw broken(cause);
  }

  async function run(): Promise<object> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is all that the library looks at
    const request = source as unknown as IncomingMessage;
    const operation = await processRequest(request, res, {
      maxFieldSize: maxFieldsBytes,
      maxFiles,
    }).catch((cause: unknown) => {
      throw fault ?? broken(cause);
    });
    for (const [path = ''] of fields.files.values()) {
      const upload = ownValueAt(operation, path.split('.'));
      if (!(upload instanceof Upload)) throw new Error(`The library put no file at ${path}`);
      upload.promise = upload.promise.then(hold, brokenOff);
      // An operation that fails before it asks for its file leaves the file's own failure to nobody.
      upload.promise.catch(() => undefined);
    }
    return operation;
  }

  return {
    operation: run(),
    get fault() {
      return fault;
    },
    end: () => void source.destroy(),
  };
}

function broken(cause: unknown) {
  return malformed('The form is malformed, or ends before its last boundary.', cause);
}

function unexpectedPart() {
  return malformed('The form has a part that its map does not name.');
}

function namelessFile() {
  return malformed(
    'A field came where the file must come that the map names: give its part a file name, such as filename="photo.jpg".',
  );
}
