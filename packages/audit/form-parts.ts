import { field, file, type Part } from './form.ts';
import type { Operation } from './upload-target.ts';

/** A form in its parts. */
export interface FormParts {
  readonly operations: Part;
  readonly map: Part;
  readonly files: readonly Part[];
}

/** The parts of a form in the order of the specification. */
export function partsOf({ operations, map, files }: FormParts): readonly Part[] {
  return [operations, map, ...files];
}

/** A form for `operation` with `content` at each of `paths`. */
export function formParts(
  operation: Operation,
  paths: readonly string[],
  content: Buffer,
): FormParts {
  return {
    operations: field('operations', operation),
    map: field('map', mapOf(paths)),
    files: paths.map((_path, index) => file(String(index), content)),
  };
}

/** The map of a form whose files are named `0`, `1` and so on, in the order of `paths`. */
export function mapOf(paths: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(paths.map((path, index) => [index, [path]]));
}
