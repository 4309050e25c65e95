import type { ExecutionResult } from 'graphql';
import { Observable } from 'rxjs';
import { failure, isExecutionResult } from './answer.ts';
import type { GraphQLRequest } from './request.ts';

export interface SubscriptionOptions {
  /** The GraphQL endpoint, as a path of this origin. */
  readonly url: string;
  readonly request: GraphQLRequest;
  readonly headers: Headers;
}

/** What a client of subscriptions calls. */
export interface EventSink {
  next(result: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

export interface EventsOptions {
  /** Subscribes, and returns what ends it. */
  readonly subscribe: (sink: EventSink) => () => void;
  /** Makes an answer of what broke the stream. */
  readonly explain: (error: unknown) => ExecutionResult | Promise<ExecutionResult>;
}

/**
 * The events of one subscription, as GraphiQL takes them. However the stream ends, it never fails: what
 * went wrong comes as a last answer.
 */
export function observeEvents({ subscribe, explain }: EventsOptions): Observable<ExecutionResult> {
  return new Observable((subscriber) => {
    let received = false;

    function end(result?: ExecutionResult) {
      if (result !== undefined) subscriber.next(result);
      subscriber.complete();
    }

    async function fail(error: unknown) {
      end(await explain(error));
    }

    return subscribe({
      next(result) {
        if (!isExecutionResult(result)) return;
        received = true;
        subscriber.next(result);
      },
      error: (error) => void fail(error),
      complete: () => end(received ? undefined : failure(ENDED_EARLY)),
    });
  });
}

/** Said where the gateway ends a stream, or closes a socket, that has brought nothing yet. */
export const ENDED_EARLY =
  'The stream ended without an event: the gateway is being restarted. Run the subscription again.';
