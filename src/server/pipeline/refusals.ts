import { GraphQLError } from 'graphql';
import { GatewayError } from '../../common/errors.ts';
import { toGraphQLError } from '../../graphql/errors.ts';
import { TooMany } from '../admission/traffic/too-many.ts';

/** The document has no operation of the given name, or several and no name is given. */
export function noOperation(): GraphQLError {
  return new GraphQLError('Could not determine what operation to execute.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
  });
}

/** A mutation came by a request that must change nothing. */
export function notSafe(): GraphQLError {
  return toGraphQLError(
    new GatewayError(
      'BAD_USER_INPUT',
      'Can only perform a mutation operation from a POST request.',
    ),
  );
}

/** The operation is a subscription, and its client takes no stream. */
export function streamNotTaken(): GraphQLError {
  return toGraphQLError(
    new GatewayError(
      'BAD_USER_INPUT',
      'A subscription is answered as text/event-stream or multipart/mixed: name one of them in Accept, or subscribe over WebSocket (graphql-transport-ws, graphql-ws). Without a subscription, uploadPhoto(waitSeconds:) waits for the photo.',
    ),
  );
}

/** The client was admitted by a ticket, which is for something else. */
export function notForTicket(): GraphQLError {
  return toGraphQLError(
    new GatewayError(
      'FORBIDDEN',
      'A ticket is for subscriptions as server-sent events (Accept: text/event-stream) alone: for anything else send your API key or token in a header.',
    ),
  );
}

/** How long to wait before another try. Nobody knows when a subscription will end. */
const RETRY_AFTER_MS = 5000;

/** The client has as many subscriptions as it may have. */
export function tooManySubscriptions(): GraphQLError {
  return toGraphQLError(
    new TooMany(
      'You have reached the limit of subscriptions for one client: end one, or follow several photos with photosReady',
      RETRY_AFTER_MS,
    ),
  );
}
