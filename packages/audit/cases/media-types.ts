import type { AuditCase } from '../case.ts';
import { BOUNDARY, wholeForm } from '../form.ts';
import { formCase, type Outcome } from '../form-case.ts';
import { partsOf } from '../form-parts.ts';
import { graphqlOverHttp, rfc } from '../references.ts';

interface Spelling {
  readonly id: string;
  readonly sentence: string;
  readonly severity?: AuditCase['severity'];
  readonly reference: string;
  readonly contentType: string;
  readonly outcome: Outcome;
  /** @default the boundary of all forms here */
  readonly boundary?: string;
}

const LONGEST = 'x'.repeat(70);
/** All characters that a boundary may have and that need quotes, with a space within. */
const STRANGE = "a'(b)+_,-./:=? c";

const spellings: readonly Spelling[] = [
  {
    id: 'type-case',
    sentence: 'The media type and its parameter may be written in any case.',
    reference: rfc(9110, '8.3.1'),
    contentType: `Multipart/Form-DATA; Boundary=${BOUNDARY}`,
    outcome: 'ran',
  },
  {
    id: 'type-no-space',
    sentence: 'The parameter may follow with no space.',
    reference: rfc(9110, '5.6.6'),
    contentType: `multipart/form-data;boundary=${BOUNDARY}`,
    outcome: 'ran',
  },
  {
    id: 'type-space-before-semicolon',
    sentence: 'There may be space before the semicolon.',
    reference: rfc(9110, '5.6.6'),
    contentType: `multipart/form-data ; boundary=${BOUNDARY}`,
    outcome: 'ran',
  },
  {
    id: 'type-charset-utf-8',
    sentence: 'The type may say that its charset is UTF-8, before the boundary.',
    reference: rfc(9110, '8.3.1'),
    contentType: `multipart/form-data; charset=utf-8; boundary=${BOUNDARY}`,
    outcome: 'ran',
  },
  {
    id: 'type-charset-other',
    sentence:
      'A type with another charset is answered: accepted, since forms have none, or refused.',
    reference: rfc(7578, '8'),
    contentType: `multipart/form-data; boundary=${BOUNDARY}; charset=utf-16`,
    outcome: 'either',
  },
  {
    id: 'type-other-multipart',
    sentence: 'Another multipart type is not taken for a form.',
    severity: 'should',
    reference: graphqlOverHttp('Status Codes'),
    contentType: `multipart/mixed; boundary=${BOUNDARY}`,
    outcome: 'refused',
  },
  {
    id: 'boundary-quoted',
    sentence: 'The boundary may be in quotes.',
    reference: rfc(2046, '5.1.1'),
    contentType: `multipart/form-data; boundary="${BOUNDARY}"`,
    outcome: 'ran',
  },
  {
    id: 'boundary-strange',
    sentence: 'The boundary may contain every character that the grammar allows.',
    reference: rfc(2046, '5.1.1'),
    contentType: `multipart/form-data; boundary="${STRANGE}"`,
    outcome: 'ran',
    boundary: STRANGE,
  },
  {
    id: 'boundary-longest',
    sentence: 'The boundary may have 70 characters.',
    reference: rfc(2046, '5.1.1'),
    contentType: `multipart/form-data; boundary=${LONGEST}`,
    outcome: 'ran',
    boundary: LONGEST,
  },
  {
    id: 'boundary-missing',
    sentence: 'A type without a boundary is refused.',
    reference: rfc(7578, '4.1'),
    contentType: 'multipart/form-data',
    outcome: 'refused',
  },
  {
    id: 'boundary-empty',
    sentence: 'An empty boundary is refused.',
    reference: rfc(2046, '5.1.1'),
    contentType: 'multipart/form-data; boundary=""',
    outcome: 'refused',
  },
  {
    id: 'boundary-other',
    sentence: 'A form whose boundary differs from that in its type is refused.',
    reference: rfc(7578, '4.1'),
    contentType: `multipart/form-data; boundary=another-${BOUNDARY}`,
    outcome: 'refused',
  },
];

/** Valid spellings of a form's Content-Type. */
export const mediaTypeCases: readonly AuditCase[] = spellings.map((spelling) => {
  const { contentType, boundary, severity = 'must', ...rest } = spelling;
  return formCase({
    ...rest,
    severity,
    form: ({ dry }) => wholeForm(partsOf(dry), boundary),
    sending: () => ({ headers: { 'content-type': contentType } }),
  });
});
