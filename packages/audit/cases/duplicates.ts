import type { AuditCase } from '../case.ts';
import { CaseFailed } from '../case-errors.ts';
import { answered, isRefusal } from '../expect.ts';
import { field, file } from '../form.ts';
import { formCase } from '../form-case.ts';
import { mapOf, partsOf } from '../form-parts.ts';
import { multipartSpec, rfc } from '../references.ts';
import { describe } from '../reply.ts';

/** Duplicate parts, and unexpected parts. */
export const duplicateCases: readonly AuditCase[] = [
  formCase({
    id: 'twice-file',
    sentence: 'A form with its file twice is answered: one of them is taken, or it is refused.',
    severity: 'must',
    reference: `${multipartSpec()}; ${rfc(7578, '4.3')}`,
    outcome: 'either',
    form: ({ dry }) => [...partsOf(dry), ...dry.files],
  }),
  {
    id: 'twice-operations',
    sentence:
      'A form with two different operations is refused, so that no check of the first misses the second.',
    severity: 'should',
    reference: multipartSpec(),
    async run({ dry, sendForm }) {
      const second = field('operations', { query: '{ second: __typename }' });
      const answer = answered(await sendForm([dry.operations, second, dry.map, ...dry.files]));
      if (isRefusal(answer)) return describe(answer);
      throw new CaseFailed(`one of them ran: ${describe(answer)}`);
    },
  },
  formCase({
    id: 'twice-map',
    sentence: 'A form with two maps is answered: one of them counts, or it is refused.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'either',
    form: ({ dry: { operations, map, files } }) => [operations, map, map, ...files],
  }),
  formCase({
    id: 'twice-path',
    sentence: 'Two files for one place are answered: one of them is taken, or the form is refused.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'either',
    form: ({ dry, target }) => [
      dry.operations,
      field('map', {
        ...mapOf(target.paths),
        more: target.paths,
      }),
      ...dry.files,
      ...dry.files.map(({ content }) => file('more', content)),
    ],
  }),
  formCase({
    id: 'extra-file',
    sentence: 'A file that the map does not name is ignored or refused, and answered.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'either',
    form: ({ dry }) => [...partsOf(dry), file('extra', Buffer.alloc(1_000_000))],
  }),
  formCase({
    id: 'extra-field',
    sentence: 'A field of another name is ignored or refused, and answered.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'either',
    form: ({ dry: { operations, map, files } }) => [operations, map, field('extra', 'x'), ...files],
  }),
  formCase({
    id: 'extra-field-first',
    sentence: 'A field of another name before the operations is ignored or refused, and answered.',
    severity: 'must',
    reference: multipartSpec(),
    outcome: 'either',
    form: ({ dry }) => [field('extra', 'x'), ...partsOf(dry)],
  }),
];
