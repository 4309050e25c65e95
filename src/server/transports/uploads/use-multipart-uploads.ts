import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { isMultipart } from '../bodies/media-type.ts';
import { answeringRefusals, toHttpError } from '../bodies/refused-request.ts';
import { readFormFields } from './form-fields.ts';
import { formTooLarge } from './form-source.ts';
import { checkFormType } from './form-head.ts';
import { checkPreflight } from './form-head.ts';
import { receiveForm, type ReceivedForm } from './receive-form.ts';

interface ServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

export interface MultipartUploadsOptions {
  /** The largest file. Counted where the file is read; here it bounds the whole form. */
  readonly maxFileSizeBytes: number;
  /** The fields `operations` and `map`, with their parts' headers. @default 262144 */
  readonly maxFieldsBytes?: number;
  /** Longest time for the fields to come in, and then again for the file to begin. @default 15000 */
  readonly readTimeoutMs?: number;
  /** Names of headers, in small letters, that do as well as those of the contract. @default none */
  readonly preflightHeaders?: readonly string[];
}

/** The schema has one file argument, and it may stand once in an operation. */
const MAX_FILES = 1;

/** No file of a form that broke off has gone upstream whole. */
const NOT_CHARGED = { charged: false };

/** For the headers of parts, boundaries, and what else a form has beside its fields and its file. */
const FORM_OVERHEAD_BYTES = 65_536;

/**
 * Uploads as the GraphQL multipart request specification describes them, streamed: the operation runs
 * while its file comes in, no faster than it is read. For a Yoga with `multipart` and
 * `maxRequestBodySize` turned off, either of which would read the body into memory.
 *
 * An `Upload` and its stream fail with a `RefusedRequest`, which is a `GatewayError`. A form that is found
 * malformed while its operation runs makes that operation's error the answer 400.
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
    const contentType = checkFormType(req.headers);
    if (Number(req.headers['content-length']) > maxFormBytes) throw formTooLarge();
    const fields = await readFormFields(req, contentType, limits);
    const form = receiveForm({ req, res, contentType, fields, ...limits });
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
      // The operation is over: what it has not read of its file is for nobody.
      form.end();
    },
  };
}

/** Of any other result an upload may have been paid for: it is told as it is. */
function costNothing({ data, errors }: ExecutionResult): boolean {
  if (!errors || Object.values(data ?? {}).some((value) => value !== null)) return false;
  return errors.every(({ extensions }) => extensions['charged'] !== null);
}
