import assert from 'node:assert/strict';

const TYPES = [Object, Array, Function, String, Promise, Map];

/** The properties of built-in types and of their methods, by their paths. */
export type BuiltIns = ReadonlyMap<string, unknown>;

function* propertiesOf(holder: object, path: string): Generator<readonly [string, unknown]> {
  for (const name of Reflect.ownKeys(holder)) {
    const { value, get } = Reflect.getOwnPropertyDescriptor(holder, name) ?? {};
    yield [`${path}.${String(name)}`, value ?? get];
  }
}

/** What a path along inherited properties could change for the whole process. */
export function builtIns(): BuiltIns {
  const found = new Map<string, unknown>();
  for (const type of TYPES) {
    const holders = [
      ...propertiesOf(type, type.name),
      ...propertiesOf(type.prototype, `${type.name}.prototype`),
    ];
    for (const [path, value] of holders) {
      found.set(path, value);
      if (typeof value !== 'function') continue;
      for (const [inner, held] of propertiesOf(value, path)) found.set(inner, held);
    }
  }
  return found;
}

/** @throws Error that names the properties that differ from those in `before`. */
export function assertUnchanged(before: BuiltIns): void {
  const now = builtIns();
  const changed = [...new Set([...before.keys(), ...now.keys()])].filter(
    (path) => !before.has(path) || !now.has(path) || !Object.is(before.get(path), now.get(path)),
  );
  assert.deepEqual(changed, []);
}
