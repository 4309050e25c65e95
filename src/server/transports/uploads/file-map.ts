import { malformed } from '../bodies/refused-request.ts';
import { isIndexable, ownValueAt } from './own-value.ts';

/** The paths of a file's places in the operation, by the name of the form part that contains the file. */
export type FileMap = ReadonlyMap<string, readonly string[]>;

/**
 * Parses the field `operations`: one GraphQL request.
 * @throws RefusedRequest 400
 */
export function parseOperations(text: string): object {
  const operations = parseJson('operations', text);
  if (Array.isArray(operations)) {
    throw malformed('Batches are not supported: send one operation in a request.');
  }
  if (!isIndexable(operations)) throw malformed('The field operations must hold a JSON object.');
  return operations;
}

/** The field `map` as it came. */
export type GivenMap = Readonly<Record<string, unknown>>;

/**
 * Parses the field `map`, without a look at its paths.
 * @throws RefusedRequest 400
 */
export function parseFileMap(text: string, maxFiles: number): GivenMap {
  const map = parseJson('map', text);
  if (!isIndexable(map) || Array.isArray(map)) {
    throw malformed('The field map must hold a JSON object.');
  }
  const entries = Object.entries(map);
  if (entries.length > maxFiles) {
    throw malformed(`A request may contain ${maxFiles} file: send each in a request of its own.`);
  }
  return Object.fromEntries(entries);
}

/**
 * Checks `map` against `operations`. Each path must lead from `variables` along own properties to a null, and
 * no path may occur twice. The check uses the parsed JSON itself. A copy made by a schema may lack a key such
 * as `__proto__`, and the paths under it would reach the library unchecked.
 * @throws RefusedRequest 400
 */
export function checkFileMap(map: GivenMap, operations: object): FileMap {
  const seen = new Set<string>();
  return new Map(
    Object.entries(map).map(([name, paths]) => [name, checkPaths(paths, operations, seen)]),
  );
}

function checkPaths(paths: unknown, operations: object, seen: Set<string>): readonly string[] {
  if (!isListOfText(paths) || paths.length === 0) {
    throw malformed('Each entry of the field map must be a list of paths.');
  }
  for (const path of paths) {
    if (seen.has(path)) throw malformed(`The field map names ${quote(path)} twice.`);
    seen.add(path);
    const names = path.split('.');
    if (names[0] !== 'variables' || names.length < 2) {
      throw malformed(`The path ${quote(path)} of the field map does not begin with "variables.".`);
    }
    if (ownValueAt(operations, names) !== null) {
      throw malformed(
        `The path ${quote(path)} of the field map leads to no null of the variables.`,
      );
    }
  }
  return paths;
}

function parseJson(field: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed(`The field ${field} is not valid JSON.`, cause);
  }
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function quote(path: string): string {
  return JSON.stringify(path.slice(0, 100));
}
