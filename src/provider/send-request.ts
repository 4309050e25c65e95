import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { startDeadline } from '../common/deadline.ts';
import { noAnswerInTime } from './transport-error.ts';

export interface SendOptions {
  /** Called with the status of the answer, before its body arrives. */
  readonly onHead: ((statusCode: number) => void) | undefined;
  /** Ends the request. */
  readonly signal: AbortSignal;
  /** The longest time until the answer is complete. @default no limit but `signal` */
  readonly timeoutMs: number | undefined;
}

export interface ReceivedAnswer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/**
 * Sends one request and collects its answer. One promise is settled by whatever comes first: the answer, an
 * error of the connection, the deadline or `signal`. It does not wait for a connection to be free, which the
 * library's own abort signal does.
 * @throws `UPSTREAM_TIMEOUT`, the reason of `signal`, or what the library throws.
 */
export async function sendRequest(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { onHead, signal, timeoutMs }: SendOptions,
): Promise<ReceivedAnswer> {
  signal.throwIfAborted();
  const answer = Promise.withResolvers<ReceivedAnswer>();
  const chunks: Uint8Array[] = [];
  let head = { statusCode: 0, headers: {} };
  let connection: Dispatcher.DispatchController | undefined;
  let aborted = false;

  function abort(reason: unknown) {
    aborted = true;
    answer.reject(reason);
    connection?.abort(new Error('the request was aborted'));
  }

  using cleanup = new DisposableStack();
  const follow = () => abort(signal.reason);
  signal.addEventListener('abort', follow);
  cleanup.defer(() => signal.removeEventListener('abort', follow));
  if (timeoutMs !== undefined) {
    cleanup.use(startDeadline(timeoutMs, () => abort(noAnswerInTime())));
  }

  dispatcher.dispatch(request, {
    onRequestStart(controller) {
      connection = controller;
      if (aborted) controller.abort(new Error('the request was aborted before it was sent'));
    },
    onResponseStart(_controller, statusCode, headers) {
      if (statusCode < 200) return;
      head = { statusCode, headers };
      onHead?.(statusCode);
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      answer.resolve({ ...head, body: Buffer.concat(chunks) });
    },
    onResponseError(_controller, error) {
      answer.reject(error);
    },
  });
  return await answer.promise;
}
