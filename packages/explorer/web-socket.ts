import type { ExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws/client';
import type { Observable } from 'rxjs';
import { failure, isExecutionResult } from './answer.ts';
import { ENDED_EARLY, observeEvents, type SubscriptionOptions } from './events.ts';

/** How long the gateway may take to accept a socket before the page gives up, in milliseconds. */
const ADMISSION_TIMEOUT_MS = 10_000;

/**
 * Subscribes over WebSocket (the `graphql-transport-ws` protocol), on its own socket. Unsubscribing
 * closes it. A browser cannot send a page's headers with a socket. They go as `connectionParams`,
 * where the gateway looks for a key too.
 */
export function subscribeOverWebSocket(options: SubscriptionOptions): Observable<ExecutionResult> {
  const { url, request, headers, recorder } = options;
  return observeEvents({
    recorder,
    subscribe(sink) {
      const client = createClient({
        url: socketAddressOf(url),
        connectionParams: Object.fromEntries(headers),
        connectionAckWaitTimeout: ADMISSION_TIMEOUT_MS,
        retryAttempts: 0,
        on: { connected: () => recorder.opened('WebSocket') },
      });
      return client.subscribe({ ...request, variables: { ...request.variables } }, sink);
    },
    explain,
  });
}

function socketAddressOf(path: string): string {
  const address = new URL(path, window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

/**
 * Errors of the operation come as an array. Those of the socket come as its event, which says next
 * to nothing.
 */
function explain(error: unknown): ExecutionResult {
  const refused = { errors: error };
  if (isExecutionResult(refused)) return refused;
  if (error instanceof CloseEvent) return explainClose(error);
  return failure(
    'The socket could not be opened, or broke. Is the gateway running? If it is, run the subscription ' +
      'over server-sent events: a browser does not tell a page why a socket was refused.',
  );
}

/** Uses the codes of `graphql-transport-ws`, and of RFC 6455, section 7.4.1. */
function explainClose({ code, reason }: CloseEvent): ExecutionResult {
  switch (code) {
    case 1001:
    case 1012:
      return failure(ENDED_EARLY);
    case 4403:
      return failure(
        'The gateway closed the socket (4403): it needs an API key or token among the headers, or the one ' +
          'that was sent is not accepted.',
        'UNAUTHENTICATED',
      );
    case 4408:
    case 4504:
      return failure(`The gateway took too long to let this page in (${code}). Run it again.`);
    default:
      return failure(`The socket was closed (${code}${reason === '' ? '' : `, ${reason}`}).`);
  }
}
