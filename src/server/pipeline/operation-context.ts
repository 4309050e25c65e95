import type { GraphQLContext } from '../../graphql/context.ts';

/** What the transports add to the context of the resolvers. */
export interface OperationContext extends GraphQLContext {
  /** Names the request in the log, in the `X-Request-Id` header and in masked errors. */
  readonly requestId: string;
}
