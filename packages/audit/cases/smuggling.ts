import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed } from '../case-errors.ts';
import { answered, refused } from '../expect.ts';
import { field, file, type Part } from '../form.ts';
import { multipartSpec } from '../references.ts';
import { describe } from '../reply.ts';

const SMUGGLED = '{ smuggled: __typename }';

interface Smuggling {
  readonly id: string;
  readonly sentence: string;
  readonly parts: readonly Part[];
}

const named = {
  query: 'query Harmless { __typename } query Other { smuggled: __typename }',
  operationName: null,
  variables: {},
};
const harmless = { query: 'query Harmless { __typename }', variables: {} };

/**
 * A check that reads `operations` to see what will run (an allow list, a log, a limit) is bypassed
 * if the map can put another operation in its place.
 */
const smugglings: readonly Smuggling[] = [
  {
    id: 'smuggle-query-file',
    sentence: 'A file does not become the query.',
    parts: [field('operations', harmless), field('map', { 0: ['query'] }), file('0', SMUGGLED)],
  },
  {
    id: 'smuggle-query-text',
    sentence: 'A field does not become the query.',
    parts: [field('operations', harmless), field('map', { 0: ['query'] }), field('0', SMUGGLED)],
  },
  {
    id: 'smuggle-null-query-text',
    sentence: 'A field does not become the query of operations without one.',
    parts: [
      field('operations', { ...harmless, query: null }),
      field('map', { 0: ['query'] }),
      field('0', SMUGGLED),
    ],
  },
  {
    id: 'smuggle-operation-name',
    sentence: 'A field does not become the name of the operation.',
    parts: [
      field('operations', named),
      field('map', { 0: ['operationName'] }),
      field('0', 'Other'),
    ],
  },
];

/** The operation that runs is the one in the field `operations`. */
export const smugglingCases: readonly AuditCase[] = smugglings.map(({ id, sentence, parts }) => ({
  id,
  sentence,
  severity: 'hostile',
  reference: multipartSpec(),
  async run({ sendForm }: Audit) {
    const answer = answered(await sendForm(parts));
    if (answer.result?.data?.['smuggled'] !== undefined) {
      throw new CaseFailed(`the smuggled operation ran: ${describe(answer)}`);
    }
    const ownRan = answer.result?.data?.['__typename'] !== undefined;
    return ownRan ? `the operation of the field ran: ${describe(answer)}` : refused(answer);
  },
}));
