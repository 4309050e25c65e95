import {
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

export interface VariableHint {
  readonly name: string;
  readonly description: string;
}

/** What the schema says of the arguments that an operation's variables are given to. */
export function variableHintsOf(
  schema: GraphQLSchema | null | undefined,
  operation: OperationDefinitionNode | null,
): readonly VariableHint[] {
  if (!schema || operation === null) return [];
  const hints = new Map<string, string>();
  const types = new TypeInfo(schema);
  visit(
    operation,
    visitWithTypeInfo(types, {
      Argument({ value }) {
        const description = types.getArgument()?.description;
        if (value.kind === Kind.VARIABLE && description) hints.set(value.name.value, description);
      },
    }),
  );
  return [...hints].map(([name, description]) => ({ name, description }));
}
