import type { AuditCase } from '../case.ts';
import { refused } from '../expect.ts';
import { field } from '../form.ts';
import { formCase } from '../form-case.ts';
import { multipartSpec } from '../references.ts';

/** The paths that the map may name. */
export const mapCases: readonly AuditCase[] = [
  {
    id: 'map-part-missing',
    sentence: 'A form without the file that its map names is refused.',
    severity: 'must',
    reference: multipartSpec(),
    run: async ({ upload, real }) => refused(await upload([real.operations, real.map])),
  },
  formCase({
    id: 'map-nowhere',
    sentence: 'A path that leads nowhere is refused, and nothing is created for it.',
    severity: 'should',
    reference: multipartSpec(),
    outcome: 'refused',
    form: ({ dry, target }) => [
      dry.operations,
      field('map', { 0: [target.paths[0], 'variables.nowhere.file'] }),
      ...dry.files,
    ],
  }),
  formCase({
    id: 'map-over-value',
    sentence: 'A path to a value that is not null is refused.',
    severity: 'should',
    reference: multipartSpec('Multipart form field structure, "files replaced with null"'),
    outcome: 'refused',
    form: ({ dry, target }) => [
      field('operations', { ...target.dry, variables: { ...target.dry.variables, taken: 'text' } }),
      field('map', { 0: [target.paths[0], 'variables.taken'] }),
      ...dry.files,
    ],
  }),
  formCase({
    id: 'map-over-variables',
    sentence: 'A path to the variables themselves is refused.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'refused',
    form: ({ dry }) => [dry.operations, field('map', { 0: ['variables'] }), ...dry.files],
  }),
  formCase({
    id: 'map-empty-path',
    sentence: 'An empty path is refused.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'refused',
    form: ({ dry }) => [dry.operations, field('map', { 0: [''] }), ...dry.files],
  }),
  {
    id: 'map-text-for-file',
    sentence: 'A part that is a text is not uploaded as a file.',
    severity: 'should',
    reference: multipartSpec(),
    async run({ upload, real }) {
      const texts = real.files.map((_file, index) => field(String(index), 'a text'));
      return refused(await upload([real.operations, real.map, ...texts]));
    },
  },
];
