import {
  astFromValue,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  print,
  type GraphQLArgument,
  type GraphQLInputType,
} from 'graphql';

/** The smallest valid value for an input of `type`, as JSON. */
export function sampleValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleValue(type.ofType);
  if (isListType(type)) return [];
  if (isEnumType(type)) return type.getValues()[0]?.name ?? null;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, sampleValue(field.type)]));
  }
  return isScalarType(type) ? sampleScalar(type.name) : null;
}

/** The required arguments of a field other than `except`, as text: `repairType: REPAIR`. */
export function sampleArguments(args: readonly GraphQLArgument[], except: string): string {
  return args
    .filter((argument) => argument.name !== except && isRequiredArgument(argument))
    .map(({ name, type }) => `${name}: ${literal(type)}`)
    .join(', ');
}

function literal(type: GraphQLInputType): string {
  const node = astFromValue(sampleValue(type), type);
  return node ? print(node) : 'null';
}

function sampleScalar(name: string): unknown {
  if (name === 'Int' || name === 'Float') return 1;
  return name === 'Boolean' ? true : '1';
}
