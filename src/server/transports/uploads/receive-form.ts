import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { processRequest, Upload, type FileUpload } from 'graphql-upload-minimal';
import type { GraphQLParams } from 'graphql-yoga';
import {
  disconnected,
  malformed,
  stalled,
  type RefusedRequest,
} from '../bodies/refused-request.ts';
import type { FormFields } from './form-fields.ts';
import { FormSource } from './form-source.ts';
import { holdFile, type HeldFile } from './hold-file.ts';
import { ownValueAt } from './own-value.ts';

export interface FormOptions {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly boundary: string;
  readonly fields: FormFields;
  readonly maxFormBytes: number;
  readonly maxFiles: number;
  /** The longest wait for the file to begin. */
  readonly readTimeoutMs: number;
}

/** A form that is being received. */
export interface ReceivedForm {
  /** The operation, with the files in its variables. It resolves before the files have arrived. */
  readonly operation: Promise<GraphQLParams>;
  /** What has been found wrong with the form since, or null. */
  readonly fault: RefusedRequest | null;
  /** Stops reading. The unread rest stays in the request, and file streams fail. */
  end(): void;
}

/**
 * Passes a form with checked fields to graphql-upload-minimal, and watches for faults that the parser finds
 * in the rest.
 */
export function receiveForm(options: FormOptions): ReceivedForm {
  const { res, fields, maxFiles, readTimeoutMs } = options;
  const missing = new Set(fields.files.keys());
  /** The files that have begun, by what the parser makes of them. */
  const files = new Map<Readable, HeldFile>();
  const completion = Promise.withResolvers<void>();
  // Without a file that is read, nobody awaits this promise.
  completion.promise.catch(() => undefined);
  let fault: RefusedRequest | null = null;

  const source = new FormSource({ ...options, head: fields.head, onParser, onFault: fail });
  const stallTimer = setTimeout(() => fail(stalled()), readTimeoutMs);
  if (missing.size === 0) clearTimeout(stallTimer);
  source.once('close', () => {
    clearTimeout(stallTimer);
    if (!source.readableEnded) completion.reject(fault ?? disconnected());
  });

  function fail(reason: RefusedRequest) {
    fault ??= reason;
    completion.reject(fault);
    source.destroy();
  }

  function onParser(parser: Writable) {
    // Not `once`, which the library uses: it destroys a parser that has failed. That fails again, and an
    // unhandled `error` event ends the process.
    parser.on('error', (error: unknown) => fail(broken(error)));
    parser.on('file', (name: string | undefined, parsed: Readable) => {
      if (name === undefined || !missing.delete(name)) return fail(unexpectedPart(name));
      if (missing.size === 0) clearTimeout(stallTimer);
      const file = holdFile(parsed, completion.promise, source.flow);
      files.set(parsed, file);
      source.divertTo(file);
    });
    parser.once('filesLimit', () => fail(unexpectedPart()));
    parser.once('fieldsLimit', () => fail(unexpectedPart()));
    parser.once('finish', () => {
      if (missing.size > 0) fail(malformed('The form ended without the file that its map names.'));
      completion.resolve();
    });
  }

  function hold(file: FileUpload): FileUpload {
    const createReadStream = file.createReadStream.bind(file);
    // The library's types promise a name; an `application/octet-stream` part may have none. A `Blob` that a
    // page adds without one is called "blob".
    const filename = file.filename === 'blob' ? '' : unescaped(file.filename ?? '');
    function open(): Readable {
      try {
        return createReadStream();
      } catch (cause) {
        throw fault ?? malformed('A file may be used once in an operation.', cause);
      }
    }
    function openHeld(): HeldFile {
      const held = files.get(open());
      if (held === undefined) throw new Error('The library gave a file that did not begin');
      return held;
    }
    return Object.assign(file, { filename, createReadStream: openHeld });
  }

  /** The library does not say why a file is missing. The error of the form is the reason. */
  async function brokenOff(cause: unknown): Promise<never> {
    await completion.promise;
    throw broken(cause);
  }

  async function run(): Promise<object> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is all that the library looks at
    const request = source as unknown as IncomingMessage;
    const operation = await processRequest(request, res, {
      // The fields have been checked.
      maxFieldSize: Number.POSITIVE_INFINITY,
      maxFiles,
    }).catch((cause: unknown) => {
      throw fault ?? broken(cause);
    });
    for (const [path = ''] of fields.files.values()) {
      const upload = ownValueAt(operation, path.split('.'));
      if (!(upload instanceof Upload)) throw new Error(`The library put no file at ${path}`);
      upload.promise = upload.promise.then(hold, brokenOff);
      // If an operation fails before it uses its file, nobody handles the failure of the file.
      upload.promise.catch(() => undefined);
    }
    return operation;
  }

  return {
    operation: run(),
    get fault() {
      return fault;
    },
    end: () => source.destroy(),
  };
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['%22', '"'],
  ['%0D', '\r'],
  ['%0A', '\n'],
]);

/**
 * The name of a file, as the HTML standard has it written into a form: these three characters alone are escaped,
 * no percent sign is.
 */
function unescaped(fileName: string): string {
  return fileName.replaceAll(/%(?:22|0D|0A)/g, (escape) => ESCAPES.get(escape) ?? escape);
}

function broken(cause: unknown) {
  return malformed('The form is malformed, or ends before its last boundary.', cause);
}

function unexpectedPart(name?: string) {
  if (name === undefined) return malformed('The form has a part that its map does not name.');
  const quoted = JSON.stringify(name.slice(0, 100));
  return malformed(`The form has the part ${quoted}, which its map does not name.`);
}
