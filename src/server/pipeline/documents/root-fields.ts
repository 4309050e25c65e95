import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

type FindFragment = (name: string) => FragmentDefinitionNode | null | undefined;

/** The root fields of an operation, including those in fragments. Each fragment is visited once. */
export function* rootFields(
  selectionSet: SelectionSetNode,
  findFragment: FindFragment,
  entered: Set<string> = new Set(),
): Generator<FieldNode> {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      yield selection;
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      yield* rootFields(selection.selectionSet, findFragment, entered);
    } else if (!entered.has(selection.name.value)) {
      entered.add(selection.name.value);
      const fragment = findFragment(selection.name.value);
      if (fragment) yield* rootFields(fragment.selectionSet, findFragment, entered);
    }
  }
}
