export interface FormProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

/** While the form goes out, and from then until the answer is there, in milliseconds without any progress. */
const STALLED_MS = 30_000;
const UNANSWERED_MS = 150_000;

export interface FormSenderOptions {
  /** Ends the request, whatever its caller does with a signal of its own: a GraphQL client aborts no mutation. */
  readonly signal: AbortSignal;
  /** Told for the last time, with all of it sent, once nothing is left to be held back. */
  readonly onProgress: (progress: FormProgress) => void;
}

/**
 * A `fetch` for one upload, which tells how much has gone out: the real `fetch` does not. What is
 * aborted, stalls or breaks rejects, as there.
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

/** As XMLHttpRequest gives them: a line each. */
function headersOf(text: string): Headers {
  const headers = new Headers();
  for (const line of text.trim().split(/[\r\n]+/)) {
    const [name = '', ...value] = line.split(': ');
    if (name !== '') headers.append(name, value.join(': '));
  }
  return headers;
}
