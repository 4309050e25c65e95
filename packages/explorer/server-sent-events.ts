import type { ExecutionResult } from 'graphql';
import { createClient, NetworkError } from 'graphql-sse';
import type { Observable } from 'rxjs';
import { failure, readAnswer, statusOf } from './answer.ts';
import { observeEvents, type SubscriptionOptions } from './events.ts';

/** Subscribes over server-sent events, on its own connection. Unsubscribing closes it. */
export function subscribeOverEventStream(
  options: SubscriptionOptions,
): Observable<ExecutionResult> {
  const { url, request, headers, recorder } = options;
  return observeEvents({
    recorder,
    subscribe(sink) {
      const client = createClient({
        url,
        headers: Object.fromEntries(headers),
        // In the explorer a user wants to see that the connection broke, rather than wait half a
        // minute for it.
        retryAttempts: 0,
        async fetchFn(input: RequestInfo, init?: RequestInit) {
          const response = await fetch(input, init);
          recorder.opened(statusOf(response), response.ok ? 'Connected' : 'Refused');
          return response;
        },
      });
      return client.subscribe({ ...request, variables: { ...request.variables } }, sink);
    },
    explain(error) {
      if (error instanceof NetworkError && error.response instanceof Response) {
        return readAnswer(error.response);
      }
      return failure(`The stream broke (${String(error)}). Is the gateway running?`);
    },
  });
}
