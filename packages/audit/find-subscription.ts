import {
  getNamedType,
  isCompositeType,
  isListType,
  isRequiredArgument,
  getNullableType,
  Kind,
  parse,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLSchema,
} from 'graphql';
import { NoAudit } from './no-audit.ts';

/** A subscription to listen to. */
export interface SubscriptionTarget {
  readonly query: string;
  /** Whether it has a variable `id`, for the id that an upload returned. */
  readonly needsId: boolean;
}

/** The subscription that the user wrote. @throws NoAudit if it does not parse */
export function givenSubscription(query: string): SubscriptionTarget {
  const needsId = parseGiven(query).definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.variableDefinitions?.some(({ variable }) => variable.name.value === 'id'),
  );
  return { query, needsId };
}

function parseGiven(query: string): DocumentNode {
  try {
    return parse(query);
  } catch (cause) {
    throw new NoAudit(`The document of --subscription does not parse: ${String(cause)}`, { cause });
  }
}

/**
 * The first subscription that can be used without knowing its meaning: it needs no argument, or one
 * id, which may be that of an upload.
 */
export function findSubscription(schema: GraphQLSchema): SubscriptionTarget | null {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const required = field.args.filter(isRequiredArgument);
    const [argument] = required;
    const selection = isCompositeType(getNamedType(field.type)) ? '{ __typename }' : '';
    if (!argument)
      return { query: `subscription Audit { ${field.name} ${selection} }`, needsId: false };
    if (required.length > 1 || !isId(argument)) continue;
    const variable = `($id: ${String(argument.type)})`;
    const call = `${field.name}(${argument.name}: $id) ${selection}`;
    return { query: `subscription Audit${variable} { ${call} }`, needsId: true };
  }
  return null;
}

function isId({ name, type }: GraphQLArgument): boolean {
  if (isListType(getNullableType(type))) return false;
  return getNamedType(type).name === 'ID' || /id$/i.test(name);
}
