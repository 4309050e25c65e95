import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { isMultipart } from '../bodies/media-type.ts';
import { answeringRefusals, toHttpError } from '../bodies/refused-request.ts';
import { readFormFields } from './form-fields.ts';
import { checkFormType, checkPreflight } from './form-head.ts';
import { formTooLarge } from './form-source.ts';
import { receiveForm, type ReceivedForm } from './receive-form.ts';

interface ServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

export interface MultipartUploadsOptions {
  /**
   * The largest file, in bytes. The file is counted where it is read; here the number limits the whole form.
   */
  readonly maxFileSizeBytes: number;
  /**
   * The largest size of the fields `operations` and `map` with their parts' headers, in bytes.
   * @default 262144
   */
  readonly maxFieldsBytes?: number;
  /** The longest time for the fields to arrive, and again for the file to begin. @default 15000 */
  readonly readTimeoutMs?: number;
  /**
   * Further headers that are accepted as well as those of the contract; their names are in lower case.
   * @default none
   */
  readonly preflightHeaders?: readonly string[];
}

/** The schema has one file argument, and an operation may use it once. */
const MAX_FILES = 1;

/** No file of a form that broke off has been sent whole to the provider. */
const NOT_CHARGED = { charged: false };

/** For the headers of parts, boundaries, and everything in a form besides its fields and its file. */
const FORM_OVERHEAD_BYTES = 65_536;

/**
 * Uploads as the GraphQL multipart request specification describes them, streamed: the operation runs while
 * its file arrives, and the file is received no faster than it is read. Yoga must have `multipart` and
 * `maxRequestBodySize` turned off: either would read the body into memory.
 *
 * An `Upload` and its stream fail with a `RefusedRequest`, which is a `GatewayError`. If a form turns out to
 * be malformed while its operation runs, the operation's error becomes a 400 response.
 */
export function useMultipartUploads(
  options: MultipartUploadsOptions,
): Plugin<object, ServerContext> {
  const { maxFileSizeBytes, maxFieldsBytes = 262_144, readTimeoutMs = 15_000 } = options;
  const maxFormBytes = maxFileSizeBytes + maxFieldsBytes + FORM_OVERHEAD_BYTES;
  const limits = { maxFieldsBytes, maxFormBytes, readTimeoutMs, maxFiles: MAX_FILES };
  const forms = new WeakMap<IncomingMessage, ReceivedForm>();

  async function receive({ req, res }: ServerContext): Promise<GraphQLParams> {
    checkPreflight(req.headers, options.preflightHeaders);
    const boundary = checkFormType(req.headers);
    if (Number(req.headers['content-length']) > maxFormBytes) throw formTooLarge();
    const fields = await readFormFields(req, boundary, limits);
    const form = receiveForm({ req, res, boundary, fields, ...limits });
    forms.set(req, form);
    return form.operation;
  }

  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (request.method !== 'POST' || !isMultipart(serverContext.req.headers)) return;
      setRequestParser(() => answeringRefusals(() => receive(serverContext)));
    },
    onResultProcess(payload) {
      const form = forms.get(payload.serverContext.req);
      if (!form) return;
      const { result } = payload;
      const { fault } = form;
      if (fault && !isAsyncIterable(result) && !Array.isArray(result) && costNothing(result)) {
        payload.setResult({ errors: [toHttpError(fault, NOT_CHARGED)] });
      }
      // The operation has ended: nobody needs the unread rest of its file.
      form.end();
    },
  };
}

/**
 * Whether the result shows that no upload was charged. With any other result an upload may have been paid
 * for, so that result is sent unchanged.
 */
function costNothing({ data, errors }: ExecutionResult): boolean {
  if (!errors || Object.values(data ?? {}).some((value) => value !== null)) return false;
  return errors.every(({ extensions }) => extensions['charged'] !== null);
}
