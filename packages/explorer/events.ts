import type { ExecutionResult } from 'graphql';
import { Observable } from 'rxjs';
import { failure, isExecutionResult } from './answer.ts';
import type { Recorder } from './exchanges.ts';
import type { GraphQLRequest } from './request.ts';

export interface SubscriptionOptions {
  /** The GraphQL endpoint, as a path of this origin. */
  readonly url: string;
  readonly request: GraphQLRequest;
  readonly headers: Headers;
  readonly recorder: Recorder;
}

/** The callbacks of a subscription client. */
export interface EventSink {
  next(result: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

export interface EventsOptions {
  readonly recorder: Recorder;
  /** Subscribes, and returns a function that ends the subscription. */
  readonly subscribe: (sink: EventSink) => () => void;
  /** Makes a result that describes why the stream broke. */
  readonly explain: (error: unknown) => ExecutionResult | Promise<ExecutionResult>;
}

/**
 * The events of one subscription, as GraphiQL expects them. The stream never fails: an error
 * arrives as a last result.
 */
export function observeEvents({
  recorder,
  subscribe,
  explain,
}: EventsOptions): Observable<ExecutionResult> {
  return new Observable((subscriber) => {
    let received = false;
    let ended = false;

    function end(what: string, result?: ExecutionResult) {
      ended = true;
      recorder.log(what);
      if (result !== undefined) subscriber.next(result);
      subscriber.complete();
    }

    async function fail(error: unknown) {
      ended = true;
      end('Failed', await explain(error));
    }

    const unsubscribe = subscribe({
      next(result) {
        if (!isExecutionResult(result)) return;
        received = true;
        recorder.log('Event', JSON.stringify(result));
        subscriber.next(result);
      },
      error: (error) => void fail(error),
      complete: () => !ended && end('Completed', received ? undefined : failure(ENDED_EARLY)),
    });
    return () => {
      if (!ended) recorder.log('Stopped here');
      ended = true;
      unsubscribe();
    };
  });
}

/**
 * The message for a stream that the gateway ends, or a socket that it closes, before the first
 * event.
 */
export const ENDED_EARLY =
  'The stream ended without an event: the gateway is being restarted. Run the subscription again.';
