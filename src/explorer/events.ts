import type { ExecutionResult } from 'graphql';
import { createClient, NetworkError } from 'graphql-sse';
import { Observable } from 'rxjs';
import { failure, readAnswer } from './answer.ts';
import type { GraphQLRequest } from './request.ts';

export interface SubscriptionOptions {
  readonly url: string;
  readonly request: GraphQLRequest;
  readonly headers: Headers;
}

/** Subscribes over server-sent events, on a connection of its own. Unsubscribing closes it. */
export function subscribeToEvents(options: SubscriptionOptions): Observable<ExecutionResult> {
  const { url, request, headers } = options;
  return new Observable((subscriber) => {
    let received = false;

    function end(result?: ExecutionResult) {
      if (result !== undefined) subscriber.next(result);
      subscriber.complete();
    }

    async function explain(error: unknown) {
      if (error instanceof NetworkError && error.response instanceof Response) {
        return end(await readAnswer(error.response));
      }
      return end(failure(`The stream broke (${String(error)}). Is the gateway running?`));
    }

    const client = createClient({
      url,
      headers: Object.fromEntries(headers),
      // Whoever explores wants to see that the connection broke, rather than wait half a minute for it.
      retryAttempts: 0,
    });
    const unsubscribe = client.subscribe<Record<string, unknown>, Record<string, unknown>>(
      { ...request, variables: { ...request.variables } },
      {
        next(result) {
          received = true;
          subscriber.next(result);
        },
        error: (error) => void explain(error),
        complete: () => end(received ? undefined : failure(endedEarly)),
      },
    );
    return unsubscribe;
  });
}

const endedEarly =
  'The stream ended without an event: the gateway is being restarted. Run the subscription again.';
