import {
  Kind,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The size of an operation with every fragment expanded where it is spread. */
export interface OperationSize {
  /** How deep fields are nested; 0 if there are none. */
  readonly depth: number;
  readonly fields: number;
  readonly rootFields: number;
  readonly aliases: number;
  readonly directives: number;
}

const NOTHING: OperationSize = { depth: 0, fields: 0, rootFields: 0, aliases: 0, directives: 0 };

/** The size of a fragment inside itself. Validation later rejects such a cycle. */
const CYCLE = NOTHING;

/**
 * Creates a function that measures the operations of one document. Each fragment is measured once, however
 * often it is spread, so the work grows with the document and not with its expanded size.
 */
export function createMeasure(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const measured = new Map<string, OperationSize>();

  function ofFragment(name: string): OperationSize {
    const known = measured.get(name);
    if (known) return known;
    measured.set(name, CYCLE);
    const fragment = fragments.get(name);
    const size = fragment ? ofParent(fragment) : NOTHING;
    measured.set(name, size);
    return size;
  }

  function ofSelection(selection: SelectionNode): OperationSize {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      return plusDirectives(ofFragment(selection.name.value), selection);
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofParent(selection);
    const below = ofParent(selection);
    return {
      ...below,
      depth: below.depth + 1,
      fields: below.fields + 1,
      rootFields: 1,
      aliases: below.aliases + (selection.alias ? 1 : 0),
    };
  }

  function ofParent(parent: Parent): OperationSize {
    const sizes = parent.selectionSet?.selections.map(ofSelection) ?? [];
    return plusDirectives(sizes.reduce(together, NOTHING), parent);
  }

  return (operation: OperationDefinitionNode): OperationSize => {
    const variables = operation.variableDefinitions ?? [];
    return variables.reduce(plusDirectives, ofParent(operation));
  };
}

interface Parent {
  readonly selectionSet?: SelectionSetNode | undefined;
  readonly directives?: readonly unknown[] | undefined;
}

function plusDirectives(size: OperationSize, { directives = [] }: Pick<Parent, 'directives'>) {
  return { ...size, directives: size.directives + directives.length };
}

function together(one: OperationSize, other: OperationSize): OperationSize {
  return {
    depth: Math.max(one.depth, other.depth),
    fields: one.fields + other.fields,
    rootFields: one.rootFields + other.rootFields,
    aliases: one.aliases + other.aliases,
    directives: one.directives + other.directives,
  };
}
