const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Resolves when it is time for the next attempt: later after each failure, with jitter so that not
 * all pages return at the same moment, and at once when the browser is online again. Rejects when
 * `signal` aborts.
 *
 * @param failures - The number of consecutive failures, from 0.
 */
export function waitToRetry(failures: number, signal?: AbortSignal): Promise<void> {
  const delayMs = Math.min(FIRST_MS * 2 ** failures, LONGEST_MS) * (0.75 + Math.random() / 2);
  return new Promise((resolve, reject) => {
    const ending = new AbortController();
    const timer = setTimeout(end, delayMs);
    function end() {
      clearTimeout(timer);
      ending.abort();
      resolve();
    }
    function abort() {
      clearTimeout(timer);
      ending.abort();
      reject(new DOMException('The waiting was ended', 'AbortError'));
    }
    if (signal?.aborted) return abort();
    window.addEventListener('online', end, { signal: ending.signal });
    signal?.addEventListener('abort', abort, { signal: ending.signal });
  });
}
