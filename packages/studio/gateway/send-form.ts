export interface FormProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

/**
 * Longest time without progress, while the form is being sent and from then until the response, in
 * milliseconds.
 */
const STALLED_MS = 30_000;
const UNANSWERED_MS = 150_000;

export interface FormSenderOptions {
  /**
   * Aborts the request, whatever its client does with its own signal: a GraphQL client aborts no
   * mutation.
   */
  readonly signal: AbortSignal;
  /** Called for the last time, with everything sent, once nothing is left to cancel. */
  readonly onProgress: (progress: FormProgress) => void;
}

/**
 * A `fetch` for one upload that reports progress, which the real `fetch` does not. It rejects like
 * `fetch` if it is aborted, stalls or breaks.
 */
export function createFormSender({ signal, onProgress }: FormSenderOptions): typeof fetch {
  function report({ loaded, total }: ProgressEvent) {
    onProgress({ sentBytes: loaded, totalBytes: total });
  }

  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const ending = init.signal ? AbortSignal.any([signal, init.signal]) : signal;
      const request = new XMLHttpRequest();
      let quiet: ReturnType<typeof setTimeout>;

      function expectWithin(timeoutMs: number) {
        clearTimeout(quiet);
        quiet = setTimeout(() => fail(new Error('The upload stalled')), timeoutMs);
      }
      function end() {
        clearTimeout(quiet);
        ending.removeEventListener('abort', abort);
      }
      function fail(error: Error) {
        end();
        request.abort();
        reject(error);
      }
      function abort() {
        fail(new DOMException('The upload was ended', 'AbortError'));
      }

      request.open(init.method ?? 'POST', addressOf(input));
      new Headers(init.headers).forEach((value, name) => request.setRequestHeader(name, value));
      request.upload.addEventListener('progress', (event) => {
        expectWithin(STALLED_MS);
        report(event);
      });
      request.upload.addEventListener('load', (event) => {
        expectWithin(UNANSWERED_MS);
        report(event);
      });
      request.addEventListener('error', () => fail(new TypeError('The connection broke')));
      request.addEventListener('load', () => {
        end();
        const headers = headersOf(request.getAllResponseHeaders());
        resolve(new Response(request.responseText, { status: request.status, headers }));
      });
      if (ending.aborted) return abort();
      ending.addEventListener('abort', abort);
      expectWithin(STALLED_MS);
      request.send(init.body instanceof FormData ? init.body : null);
    });
}

function addressOf(input: RequestInfo | URL): string {
  return input instanceof Request ? input.url : String(input);
}

/** Parses the headers as XMLHttpRequest gives them: one per line. */
function headersOf(text: string): Headers {
  const headers = new Headers();
  for (const line of text.trim().split(/[\r\n]+/)) {
    const [name = '', ...value] = line.split(': ');
    if (name !== '') headers.append(name, value.join(': '));
  }
  return headers;
}
