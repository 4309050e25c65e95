import type { ASTNode, GraphQLError } from 'graphql';
import { GatewayError } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';

/**
 * The limits of one operation. Each is several times what the operations of `schema/operations` and
 * GraphiQL's introspection query need. They are not settings: what a client may write follows from the
 * schema, which is the same everywhere.
 */
const OPERATION_LIMITS = {
  /** Limits the work of the parser and the memory that a document takes: half a kilobyte per token. */
  tokens: { most: 1000, what: 'tokens' },
  /** The introspection query has 15 levels; the rest of the schema allows 5. */
  depth: { most: 20, what: 'levels of fields' },
  /** Limits the work of validation, which doubles at every level of fragments that spread fragments. */
  fields: { most: 1000, what: 'fields, counted wherever a fragment is spread' },
  /** Each root field is separate work, most often a call to the provider. */
  rootFields: { most: 20, what: 'fields at its root' },
  /** `__typename` counts: a thousand aliases of it give a thousand results. */
  aliases: { most: 30, what: 'aliases' },
  directives: { most: 30, what: 'directives' },
  /** See `FIELD_COSTS`. */
  cost: { most: 4000, what: 'points of cost' },
} as const satisfies Record<string, { readonly most: number; readonly what: string }>;

export type LimitName = keyof typeof OPERATION_LIMITS;

/** The highest value that is allowed. */
export function limitOf(name: LimitName): number {
  return OPERATION_LIMITS[name].most;
}

/** @throws GraphQLError `BAD_USER_INPUT` if `value` is over the limit. */
export function checkLimit(name: LimitName, value: number, node: ASTNode): void {
  if (value > limitOf(name)) throw overLimit(name, String(value), node);
}

/** The error, which names the limit and the value that passed it. */
export function overLimit(name: LimitName, value: string, node?: ASTNode): GraphQLError {
  const { most, what } = OPERATION_LIMITS[name];
  const message = `The operation has ${value} ${what}; at most ${most} are allowed.`;
  return toGraphQLError(new GatewayError('BAD_USER_INPUT', message), { nodes: node ?? null });
}
