import type { GraphQLContext } from '../../graphql/context.ts';

/** What the transports add to the resolvers' context. */
export interface OperationContext extends GraphQLContext {
  /** Identifies the request in the log, in the `X-Request-Id` header and in masked errors. */
  readonly requestId: string;
}
