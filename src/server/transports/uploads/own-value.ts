/** Names that lead out of the data, or that some library treats that way. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** The value at the path `names` from `root`, along own properties only. Undefined if there is none. */
export function ownValueAt(root: unknown, names: readonly string[]): unknown {
  let value = root;
  for (const name of names) {
    if (!isIndexable(value) || !hasOwnName(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** Whether a value can have properties or entries. */
export function isIndexable(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * An inherited name leads to built-ins that the whole process shares. Code that follows it can change them.
 */
function hasOwnName(value: object, name: string): boolean {
  if (FORBIDDEN_NAMES.has(name) || !Object.hasOwn(value, name)) return false;
  return !Array.isArray(value) || /^(?:0|[1-9]\d*)$/.test(name);
}
