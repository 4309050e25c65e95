import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { sampleArguments, sampleValue } from './sample-values.ts';
import { createUploadTarget, type UploadTarget } from './upload-target.ts';

/** Where a mutation accepts files: as an argument, in a list, or within an input object. */
export type UploadShape = 'single' | 'list' | 'nested';

/** A mutation that accepts files. */
export interface FoundUpload {
  readonly shape: UploadShape;
  readonly target: UploadTarget;
}

/** What the user knows better than the schema. */
export interface UploadFilter {
  /** Use only this mutation. */
  readonly mutation?: string | undefined;
  /** Use only this argument. */
  readonly fileArgument?: string | undefined;
  /** The scalar of files; by default the names that graphql-upload and Yoga use. */
  readonly scalar?: string | undefined;
  /** The other arguments, as GraphQL text, in place of the smallest valid ones. */
  readonly arguments?: string | undefined;
  /** The selection of the result, in place of its `id`. */
  readonly selection?: string | undefined;
}

interface Place {
  readonly shape: UploadShape;
  readonly value: unknown;
  readonly paths: readonly string[];
}

/** Input types may contain themselves. */
const MAX_DEPTH = 4;

/** The mutations of `schema` that accept a file. Those with the file as an argument come first. */
export function findUploads(schema: GraphQLSchema, filter: UploadFilter): readonly FoundUpload[] {
  const mutationType = schema.getMutationType();
  if (!mutationType) return [];
  const scalars = new Set(filter.scalar === undefined ? ['Upload', 'File'] : [filter.scalar]);
  const found = Object.values(mutationType.getFields())
    .filter((field) => filter.mutation === undefined || field.name === filter.mutation)
    .flatMap((field) => findInField(field, mutationType.name, scalars, filter));
  const order = { single: 0, list: 1, nested: 2 } as const;
  return found.toSorted((one, other) => order[one.shape] - order[other.shape]);
}

function findInField(
  field: GraphQLField<unknown, unknown>,
  mutationType: string,
  scalars: ReadonlySet<string>,
  filter: UploadFilter,
): readonly FoundUpload[] {
  return field.args
    .filter(({ name }) => filter.fileArgument === undefined || name === filter.fileArgument)
    .flatMap(({ name, type }) => {
      const place = locate(type, scalars, MAX_DEPTH);
      if (!place) return [];
      const target = createUploadTarget({
        mutationType,
        field: field.name,
        argument: name,
        variableType: `${String(getNullableType(type))}!`,
        value: place.value,
        paths: place.paths,
        otherArguments: filter.arguments ?? sampleArguments(field.args, name),
        selection: filter.selection ?? selectionOf(field.type),
      });
      return [{ shape: place.shape, target }];
    });
}

function locate(type: GraphQLInputType, scalars: ReadonlySet<string>, depth: number): Place | null {
  const bare = getNullableType(type);
  if (depth === 0) return null;
  if (isListType(bare)) {
    const inner = locate(bare.ofType, scalars, depth - 1);
    return inner && inList(inner);
  }
  if (!isInputObjectType(bare)) {
    return scalars.has(bare.name) ? { shape: 'single', value: null, paths: [''] } : null;
  }
  for (const field of Object.values(bare.getFields())) {
    const inner = locate(field.type, scalars, depth - 1);
    if (!inner) continue;
    const paths = inner.paths.map((path) => `.${field.name}${path}`);
    const rest = sampleValue(bare);
    const others = typeof rest === 'object' ? rest : {};
    return { shape: 'nested', value: { ...others, [field.name]: inner.value }, paths };
  }
  return null;
}

/** Puts two items into the list. */
function inList({ value, paths, shape }: Place): Place {
  return {
    shape: shape === 'nested' ? 'nested' : 'list',
    value: [value, value],
    paths: [0, 1].flatMap((index) => paths.map((path) => `.${index}${path}`)),
  };
}

/** Selects the `id`, if there is one. A subscription may use it. */
export function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return '';
  const id = isObjectType(named) ? named.getFields()['id'] : undefined;
  return id && id.args.length === 0 && !isCompositeType(getNamedType(id.type))
    ? '{ __typename id }'
    : '{ __typename }';
}
