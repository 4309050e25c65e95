import type { ServerResponse } from 'node:http';

/**
 * A function that returns a signal that aborts when the client disconnects before its response is complete.
 * The signal is created when it is first wanted: most operations never look at it.
 */
export function clientSignal(res: ServerResponse): () => AbortSignal {
  let controller: AbortController | null = null;

  return () => {
    if (controller !== null) return controller.signal;
    const created = new AbortController();
    controller = created;
    const abort = () => {
      if (!res.writableFinished) created.abort();
    };
    if (res.closed) abort();
    else res.once('close', abort);
    return created.signal;
  };
}
