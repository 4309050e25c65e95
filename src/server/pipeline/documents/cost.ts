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
  type ValueNode,
} from 'graphql';
import { FIELD_COSTS, MAX_SIZE, type FieldCost } from '../limits/field-costs.ts';

/** Variables after coercion. */
type Variables = Readonly<Record<string, unknown>>;

/** A number, or, if it depends on the variables of the operation, a function of them. */
export type Cost = number | ((variables: Variables) => number);

export interface CostOptions {
  readonly schema: GraphQLSchema;
  /** A validated operation, as its fragments are. */
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

type Type = GraphQLNamedType | null | undefined;

/**
 * The highest cost that an operation can have, by `FIELD_COSTS`. Fields that `@skip` and `@include` leave out
 * count too.
 */
export function costOf({ schema, operation, fragments }: CostOptions): Cost {
  const spread = new Map<string, Cost>();

  function ofFragment(name: string): Cost {
    const known = spread.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const cost = ofSelections(fragment?.selectionSet, type);
    spread.set(name, cost);
    return cost;
  }

  function ofField(node: FieldNode, type: Type): Cost {
    const field = fieldOf(type, node.name.value);
    const known = FIELD_COSTS.get(`${type?.name}.${node.name.value}`) ?? {};
    const below = ofSelections(node.selectionSet, field && getNamedType(field.type));
    const one = combined(known.cost ?? 1, below, (own, rest) => own + rest);
    return combined(one, sizeOf(known, field, node), (cost, size) => cost * size);
  }

  function ofSelection(node: SelectionNode, type: Type): Cost {
    if (node.kind === Kind.FIELD) return ofField(node, type);
    if (node.kind === Kind.FRAGMENT_SPREAD) return ofFragment(node.name.value);
    const condition = node.typeCondition?.name.value;
    return ofSelections(node.selectionSet, condition ? schema.getType(condition) : type);
  }

  function ofSelections(selectionSet: SelectionSetNode | undefined, type: Type): Cost {
    const costs = selectionSet?.selections.map((selection) => ofSelection(selection, type)) ?? [];
    return costs.reduce((sum, cost) => combined(sum, cost, (left, right) => left + right), 0);
  }

  return ofSelections(operation.selectionSet, schema.getRootType(operation.operation));
}

function combined(left: Cost, right: Cost, combine: (left: number, right: number) => number): Cost {
  if (typeof left === 'number' && typeof right === 'number') return combine(left, right);
  return (variables) => combine(valueOf(left, variables), valueOf(right, variables));
}

function valueOf(cost: Cost, variables: Variables): number {
  return typeof cost === 'number' ? cost : cost(variables);
}

function fieldOf(type: Type, name: string): GraphQLField<unknown, unknown> | undefined {
  const introspection = [SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name);
  return introspection ?? (isObjectType(type) ? type.getFields()[name] : undefined);
}

/** The highest number of results that a field can have. */
function sizeOf(
  { sizedBy, defaultSize = 1, maxSize = MAX_SIZE }: FieldCost,
  field: GraphQLField<unknown, unknown> | undefined,
  { arguments: given = [] }: FieldNode,
): Cost {
  if (sizedBy === undefined) return 1;
  const sizes = given.flatMap(({ name: { value: name }, value }) => {
    const argument = sizedBy.includes(name) ? field?.args.find((arg) => arg.name === name) : null;
    return argument ? [{ type: argument.type, value }] : [];
  });
  if (sizes.length === 0) return defaultSize;

  function size(variables: Variables): number {
    const values = sizes.map(({ type, value }) => valueFromAST(value, type, variables));
    const known = values.filter((value) => value != null);
    if (known.length === 0) return defaultSize;
    return Math.max(...known.map((value) => sizeFrom(value, defaultSize, maxSize)));
  }

  return sizes.some(({ value }) => hasVariable(value)) ? size : size({});
}

function sizeFrom(value: unknown, defaultSize: number, maxSize: number): number {
  if (Array.isArray(value)) return Math.min(value.length, maxSize);
  // The resolver rejects a size below 1; here such a size must not make anything cheaper.
  return typeof value === 'number' ? Math.min(Math.max(value, 1), maxSize) : defaultSize;
}

function hasVariable(value: ValueNode): boolean {
  return (
    value.kind === Kind.VARIABLE || (value.kind === Kind.LIST && value.values.some(hasVariable))
  );
}
