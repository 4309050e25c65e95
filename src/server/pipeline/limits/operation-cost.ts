import {
  getNamedType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  valueFromAST,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { FIELD_COSTS, MAX_SIZE, type FieldCost } from './field-costs.ts';

export interface CostOptions {
  readonly schema: GraphQLSchema;
  /** A validated operation, as its fragments are. */
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Variables after coercion. */
  readonly variables: Readonly<Record<string, unknown>>;
}

type Type = GraphQLNamedType | null | undefined;

/**
 * The highest cost that an operation can have, by `FIELD_COSTS`. Fields that `@skip` and `@include` leave out
 * count too.
 */
export function costOf({ schema, operation, fragments, variables }: CostOptions): number {
  const spread = new Map<string, number>();

  function ofFragment(name: string): number {
    const known = spread.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const cost = ofSelections(fragment?.selectionSet, type);
    spread.set(name, cost);
    return cost;
  }

  function ofField(node: FieldNode, type: Type): number {
    const field = fieldOf(type, node.name.value);
    const known = FIELD_COSTS.get(`${type?.name}.${node.name.value}`) ?? {};
    const below = ofSelections(node.selectionSet, field && getNamedType(field.type));
    return ((known.cost ?? 1) + below) * sizeOf(known, field, node, variables);
  }

  function ofSelection(node: SelectionNode, type: Type): number {
    if (node.kind === Kind.FIELD) return ofField(node, type);
    if (node.kind === Kind.FRAGMENT_SPREAD) return ofFragment(node.name.value);
    const condition = node.typeCondition?.name.value;
    return ofSelections(node.selectionSet, condition ? schema.getType(condition) : type);
  }

  function ofSelections(selectionSet: SelectionSetNode | undefined, type: Type): number {
    const selections = selectionSet?.selections ?? [];
    return selections.reduce((cost, selection) => cost + ofSelection(selection, type), 0);
  }

  return ofSelections(operation.selectionSet, schema.getRootType(operation.operation));
}

function fieldOf(type: Type, name: string): GraphQLField<unknown, unknown> | undefined {
  const introspection = [SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name);
  return introspection ?? (isObjectType(type) ? type.getFields()[name] : undefined);
}

/** The highest number of results that a field can have. */
function sizeOf(
  { sizedBy, defaultSize = 1 }: FieldCost,
  field: GraphQLField<unknown, unknown> | undefined,
  { arguments: given = [] }: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  if (sizedBy === undefined) return 1;
  const argument = field?.args.find(({ name }) => name === sizedBy);
  const node = given.find(({ name }) => name.value === sizedBy);
  const value: unknown = argument && valueFromAST(node?.value, argument.type, variables);
  if (Array.isArray(value)) return Math.min(value.length, MAX_SIZE);
  // The resolver rejects a size below 1; here such a size must not make anything cheaper.
  return typeof value === 'number' ? Math.min(Math.max(value, 1), MAX_SIZE) : defaultSize;
}
