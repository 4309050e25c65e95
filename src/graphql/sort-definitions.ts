import { parse, print, visit, type ASTNode } from 'graphql';

/**
 * A schema in the language of schemas, with everything in the order of its name, so that the same schema is
 * always the same text. Pothos prints in the order in which modules were loaded.
 */
export function sortDefinitions(sdl: string): string {
  return print(
    visit(parse(sdl), {
      Document: { leave: (node) => ({ ...node, definitions: byName(node.definitions) }) },
      ObjectTypeDefinition: { leave: withSortedFields },
      InterfaceTypeDefinition: { leave: withSortedFields },
      InputObjectTypeDefinition: { leave: withSortedFields },
      EnumTypeDefinition: { leave: (node) => ({ ...node, values: byName(node.values) }) },
      FieldDefinition: { leave: (node) => ({ ...node, arguments: byName(node.arguments) }) },
    }),
  );
}

function withSortedFields<Node extends { readonly fields?: readonly ASTNode[] | undefined }>(
  node: Node,
): Node {
  return { ...node, fields: byName(node.fields) };
}

function byName<Node extends ASTNode>(nodes: readonly Node[] = []): readonly Node[] {
  return nodes.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

/** The extension of the schema itself has no name, and comes first. */
function nameOf(node: ASTNode): string {
  return ('name' in node ? node.name?.value : undefined) ?? '';
}
