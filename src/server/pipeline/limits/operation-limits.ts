import type { ASTNode, GraphQLError } from 'graphql';
import { GatewayError } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';

/**
 * The most that one operation may be, each several times what the operations of `schema/operations` and
 * the introspection query of GraphiQL need. They are no settings: what a client may write follows from
 * the schema, which is the same everywhere.
 */
const OPERATION_LIMITS = {
  /** Bounds the work of the parser, and what a document takes in memory: half a kilobyte for each. */
  tokens: { most: 1000, what: 'tokens' },
  /** The introspection query has 15 levels, everything else that the schema has to offer 5. */
  depth: { most: 20, what: 'levels of fields' },
  /** Bounds the work of validation, which fragments that spread fragments double at every level. */
  fields: { most: 1000, what: 'fields, counted wherever a fragment is spread' },
  /** Each is work of its own, most often a call to the provider. */
  rootFields: { most: 20, what: 'fields at its root' },
  /** `__typename` counts: a thousand of them under other names are a thousand results. */
  aliases: { most: 30, what: 'aliases' },
  directives: { most: 30, what: 'directives' },
  /** See `FIELD_COSTS`. */
  cost: { most: 4000, what: 'points of cost' },
} as const satisfies Record<string, { readonly most: number; readonly what: string }>;

export type LimitName = keyof typeof OPERATION_LIMITS;

/** The most that is allowed. */
export function limitOf(name: LimitName): number {
  return OPERATION_LIMITS[name].most;
}

/** @throws GraphQLError `BAD_USER_INPUT` where an operation has more of something than is allowed. */
export function checkLimit(name: LimitName, value: number, node: ASTNode): void {
  if (value > limitOf(name)) throw overLimit(name, String(value), node);
}

/** The refusal, which names the limit and by how much it was passed. */
export function overLimit(name: LimitName, value: string, node?: ASTNode): GraphQLError {
  const { most, what } = OPERATION_LIMITS[name];
  const message = `The operation has ${value} ${what}; at most ${most} are allowed.`;
  return toGraphQLError(new GatewayError('BAD_USER_INPUT', message), { nodes: node ?? null });
}
