import type { GivenMap } from './file-map.ts';
import { isIndexable } from './own-value.ts';

/**
 * The operations with a null for each variable that `map` names and `variables` lacks. Some clients leave the
 * variable out instead of sending the null that the specification wants. Only variables that the document
 * mentions are added, and none with the name of an inherited property: those stay wrong paths.
 */
export function withMissingVariables(operations: object, map: GivenMap): object {
  const query: unknown = Reflect.get(operations, 'query');
  const variables: unknown = Reflect.get(operations, 'variables') ?? {};
  if (typeof query !== 'string' || !isIndexable(variables) || Array.isArray(variables)) {
    return operations;
  }
  const paths = Object.values(map).flat();
  const missing = paths.flatMap((path) => {
    const name = typeof path === 'string' ? VARIABLE.exec(path)?.[1] : undefined;
    if (name === undefined || name in variables || !mentions(query, name)) return [];
    return [[name, null] as const];
  });
  if (missing.length === 0) return operations;
  return { ...operations, variables: { ...variables, ...Object.fromEntries(missing) } };
}

const VARIABLE = /^variables\.([A-Za-z_]\w*)$/;

function mentions(query: string, name: string): boolean {
  return new RegExp(`\\$\\s*${name}\\b`).test(query);
}
