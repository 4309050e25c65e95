import { ApolloLink } from '@apollo/client';
import {
  CombinedProtocolErrors,
  graphQLResultHasProtocolErrors,
  PROTOCOL_ERRORS_SYMBOL,
  ServerError,
} from '@apollo/client/errors';
import { OperationTypeNode } from 'graphql';
import { defer, map, retry, throwError, timer } from 'rxjs';

const PAUSE_MS = 1000;

/**
 * Subscribes again when the gateway restarts, for Apollo Client with subscriptions over its `HttpLink`. It stands
 * before that link. No event is missed: if a photo got ready meanwhile, the gateway says so at once.
 *
 * @param attempts How many times in a row. @default 30, one a second
 */
export function createResubscribeLink(attempts = 30): ApolloLink {
  return new ApolloLink((operation, forward) => {
    if (operation.operationType !== OperationTypeNode.SUBSCRIPTION) return forward(operation);
    // A request of `HttpLink` can be sent only once.
    return defer(() => forward(operation)).pipe(
      map(throwIfStreamFailed),
      retry({
        count: attempts,
        resetOnSuccess: true,
        delay: (error: unknown) => (mayPass(error) ? timer(PAUSE_MS) : throwError(() => error)),
      }),
    );
  });
}

/** The gateway says that a stream has failed by a last part without a payload. */
function throwIfStreamFailed(result: ApolloLink.Result): ApolloLink.Result {
  if (graphQLResultHasProtocolErrors(result)) throw result.extensions[PROTOCOL_ERRORS_SYMBOL];
  return result;
}

/** Whether the stream broke, no connection came about, or the gateway called the failure retryable. */
function mayPass(error: unknown): boolean {
  if (CombinedProtocolErrors.is(error)) return error.errors[0]?.extensions?.['retryable'] === true;
  return !ServerError.is(error);
}
