import type { AuditCase } from '../case.ts';
import { file, wholeForm, type Part } from '../form.ts';
import { formCase } from '../form-case.ts';
import { partsOf } from '../form-parts.ts';
import { rfc } from '../references.ts';

interface FileNameCase {
  readonly id: string;
  readonly sentence: string;
  readonly severity: AuditCase['severity'];
  readonly reference: string;
  readonly disposition: string;
  readonly outcome: 'ran' | 'either';
}

const fileNames: readonly FileNameCase[] = [
  {
    id: 'filename-utf-8',
    sentence: 'A file name may be written in UTF-8.',
    severity: 'must',
    reference: rfc(7578, '4.2'),
    disposition: 'filename="фото 写真 📷.png"',
    outcome: 'ran',
  },
  {
    id: 'filename-quotes',
    sentence: 'A file name may contain quotes as browsers write them.',
    severity: 'must',
    reference: 'HTML standard, "multipart/form-data encoding algorithm"',
    disposition: 'filename="a %22good%22 photo; really.png"',
    outcome: 'ran',
  },
  {
    id: 'filename-extended',
    sentence: 'A file name in the extended notation, which forms must not have, is answered.',
    severity: 'must',
    reference: `${rfc(7578, '4.2')}; ${rfc(5987, '3.2')}`,
    disposition: `filename="photo.png"; filename*=UTF-8''%D1%84%D0%BE%D1%82%D0%BE.png`,
    outcome: 'either',
  },
  {
    id: 'filename-path',
    sentence: 'A file name that is a path out of its folder is answered.',
    severity: 'hostile',
    reference: rfc(7578, '4.2'),
    disposition: 'filename="../../../../../../etc/audit-of-nothing"',
    outcome: 'either',
  },
  {
    id: 'filename-empty',
    sentence: 'An empty file name, as browsers send it if no file was picked, is answered.',
    severity: 'must',
    reference: 'HTML standard, "constructing the entry list"',
    disposition: 'filename=""',
    outcome: 'either',
  },
  {
    id: 'filename-long',
    sentence: 'A file name of 10,000 characters is answered.',
    severity: 'hostile',
    reference: rfc(7578, '4.2'),
    disposition: `filename="${'x'.repeat(10_000)}.png"`,
    outcome: 'either',
  },
];

/** The headers of parts. */
export const partHeaderCases: readonly AuditCase[] = [
  ...fileNames.map(({ disposition, ...fileName }) =>
    formCase({
      ...fileName,
      form: ({ dry: { operations, map, files } }) => [
        operations,
        map,
        ...files.map((part, index) => file(String(index), part.content, disposition)),
      ],
    }),
  ),
  formCase({
    id: 'part-type-json',
    sentence: 'The fields may declare the type JSON.',
    severity: 'must',
    reference: rfc(7578, '4.4'),
    outcome: 'ran',
    form: ({ dry: { operations, map, files } }) => [
      withHeader(operations, 'Content-Type: application/json'),
      withHeader(map, 'Content-Type: application/json; charset=utf-8'),
      ...files,
    ],
  }),
  formCase({
    id: 'part-header-case',
    sentence: 'The header names of parts may be in any case.',
    severity: 'must',
    reference: rfc(5322, '1.2.2'),
    outcome: 'ran',
    form: ({ dry }) =>
      partsOf(dry).map(({ headers, content }) => ({
        headers: headers.map((line) => line.replace(/^[^:]+/, (name) => name.toUpperCase())),
        content,
      })),
  }),
  formCase({
    id: 'part-other-headers',
    sentence: 'Other headers of parts are ignored.',
    severity: 'must',
    reference: rfc(7578, '4.8'),
    outcome: 'ran',
    form: ({ dry }) =>
      partsOf(dry).map((part) =>
        withHeader(withHeader(part, 'Content-Language: en'), 'X-Audit: 1'),
      ),
  }),
  formCase({
    id: 'part-header-malformed',
    sentence: 'A form with a malformed part header is refused.',
    severity: 'must',
    reference: rfc(7578, '4.2'),
    outcome: 'refused',
    form: ({ dry }) => [{ headers: ['nothing of the kind'], content: dry.operations.content }],
  }),
  formCase({
    id: 'part-nameless',
    sentence: 'A form whose operations have no name is refused.',
    severity: 'must',
    reference: rfc(7578, '4.2'),
    outcome: 'refused',
    form: ({ dry: { operations, map, files } }) => [
      { ...operations, headers: ['Content-Disposition: form-data'] },
      map,
      ...files,
    ],
  }),
  formCase({
    id: 'preamble',
    sentence: 'A line before the first boundary is ignored.',
    severity: 'should',
    reference: rfc(2046, '5.1.1'),
    outcome: 'ran',
    form: ({ dry }) => Buffer.concat([Buffer.from('a preamble\r\n'), wholeForm(partsOf(dry))]),
  }),
];

function withHeader({ headers, content }: Part, header: string): Part {
  return { headers: [...headers, header], content };
}
