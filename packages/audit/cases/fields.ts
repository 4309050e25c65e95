import type { AuditCase } from '../case.ts';
import { field, wholeForm, type Part } from '../form.ts';
import { formCase } from '../form-case.ts';
import type { FormParts } from '../form-parts.ts';
import { multipartSpec } from '../references.ts';

interface Malformed {
  readonly id: string;
  readonly what: string;
  /** @default 'must' */
  readonly severity?: AuditCase['severity'];
  readonly form: (parts: FormParts) => readonly Part[];
}

const malformed: readonly Malformed[] = [
  { id: 'no-operations', what: 'has no operations', form: ({ map, files }) => [map, ...files] },
  { id: 'no-map', what: 'has no map', form: ({ operations, files }) => [operations, ...files] },
  { id: 'no-fields', what: 'has no fields', form: ({ files }) => files },
  {
    id: 'operations-no-json',
    what: 'has operations that are not JSON',
    form: ({ map, files }) => [field('operations', '{"query":'), map, ...files],
  },
  {
    id: 'operations-no-object',
    what: 'has operations that are null',
    form: ({ map, files }) => [field('operations', 'null'), map, ...files],
  },
  {
    id: 'operations-text',
    what: 'has operations that are a text',
    form: ({ map, files }) => [field('operations', '"{ __typename }"'), map, ...files],
  },
  {
    id: 'map-no-json',
    what: 'has a map that is not JSON',
    form: ({ operations, files }) => [operations, field('map', '{"0":'), ...files],
  },
  {
    id: 'map-list',
    what: 'has a map that is a list',
    severity: 'should',
    form: ({ operations, files }) => [operations, field('map', [['variables.file']]), ...files],
  },
  {
    id: 'map-null',
    what: 'has a map that is null',
    form: ({ operations, files }) => [operations, field('map', 'null'), ...files],
  },
  {
    id: 'map-path-no-list',
    what: 'has a map whose paths are not in a list',
    form: ({ operations, files }) => [operations, field('map', { 0: 'variables.file' }), ...files],
  },
  {
    id: 'map-path-number',
    what: 'has a map with a path that is a number',
    form: ({ operations, files }) => [operations, field('map', { 0: [7] }), ...files],
  },
];

/** The order of a form's fields, and forms with a missing or wrong field. */
export const fieldCases: readonly AuditCase[] = [
  formCase({
    id: 'order-map-first',
    sentence: 'A form with its map before its operations is answered: accepted anyway, or refused.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'either',
    form: ({ dry: { operations, map, files } }) => [map, operations, ...files],
  }),
  formCase({
    id: 'order-file-before-map',
    sentence: 'A form with its file before its map is answered: accepted anyway, or refused.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'either',
    form: ({ dry: { operations, map, files } }) => [operations, ...files, map],
  }),
  formCase({
    id: 'order-file-first',
    sentence: 'A form that begins with a large file is answered: accepted anyway, or refused.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'either',
    form: ({ dry: { operations, map, files } }) => [
      ...files.map(({ headers }) => ({ headers, content: Buffer.alloc(1_000_000) })),
      operations,
      map,
    ],
  }),
  ...malformed.map(({ id, what, severity = 'must', form }) =>
    formCase({
      id: `fields-${id}`,
      sentence: `A form that ${what} is refused.`,
      severity,
      reference: multipartSpec(),
      outcome: 'refused',
      form: ({ dry }) => form(dry),
    }),
  ),
  formCase({
    id: 'fields-empty-body',
    sentence: 'A form whose body is empty is refused.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'refused',
    form: () => Buffer.alloc(0),
  }),
  formCase({
    id: 'fields-no-parts',
    sentence: 'A form that consists only of its end is refused.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'refused',
    form: () => wholeForm([]),
  }),
];
