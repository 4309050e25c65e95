import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed, NotApplicable } from '../case-errors.ts';
import { answered, ran } from '../expect.ts';
import { field, wholeForm } from '../form.ts';
import { formCase } from '../form-case.ts';
import { formParts, partsOf } from '../form-parts.ts';
import { multipartSpec, rfc } from '../references.ts';
import { describe } from '../reply.ts';
import { jsonRequest } from '../requests.ts';
import type { UploadTarget } from '../upload-target.ts';

async function sendDry(audit: Audit, target: UploadTarget | null, place: string): Promise<string> {
  if (!target) throw new NotApplicable(`the schema takes no file ${place}`);
  const parts = formParts(target.dry, target.paths, audit.sample);
  return ran(await audit.sendForm(partsOf(parts)), target.mutationType);
}

/** Uploads as every client sends them. */
export const uploadCases: readonly AuditCase[] = [
  {
    id: 'upload-single',
    sentence: 'A file is uploaded, and the mutation answers with data.',
    severity: 'must',
    reference: multipartSpec('Single file'),
    async run({ firstUpload, target }) {
      const answer = answered(await firstUpload());
      if (answer.result?.data?.[target.field] != null) return describe(answer);
      throw new CaseFailed(describe(answer));
    },
  },
  {
    id: 'upload-nested',
    sentence: 'A file may be within an input object.',
    severity: 'must',
    reference: multipartSpec('Introduction, "Nesting files anywhere within operations"'),
    run: (audit) => sendDry(audit, audit.nested, 'within an input object'),
  },
  {
    id: 'upload-list',
    sentence: 'Files may be in a list.',
    severity: 'must',
    reference: multipartSpec('File list'),
    run: (audit) => sendDry(audit, audit.list, 'in a list'),
  },
  formCase({
    id: 'upload-twice',
    sentence: 'A file that the map gives two paths is put at both, or refused.',
    severity: 'must',
    reference: multipartSpec('Introduction, "File deduplication"'),
    outcome: 'either',
    form: ({ target, dry }) => [
      field('operations', target.twice),
      field('map', {
        0: target.paths.flatMap((path) => [
          path,
          path.replace('variables.file', 'variables.other'),
        ]),
      }),
      ...dry.files,
    ],
  }),
  formCase({
    id: 'upload-without-files',
    sentence: 'A form without files is an operation like any other.',
    severity: 'should',
    reference: multipartSpec(),
    outcome: 'ran',
    form: () => [field('operations', { query: 'mutation { __typename }' }), field('map', {})],
  }),
  formCase({
    id: 'upload-chunked',
    sentence: 'A form may be sent without its length.',
    severity: 'must',
    reference: rfc(9112, '7.1'),
    outcome: 'ran',
    form: ({ dry }) => [wholeForm(partsOf(dry))],
  }),
  formCase({
    id: 'upload-byte-by-byte',
    sentence: 'A form may arrive one byte at a time.',
    severity: 'must',
    reference: rfc(9112, '7.1'),
    outcome: 'ran',
    form: ({ dry }) => [...wholeForm(partsOf(dry))].map((byte) => Buffer.of(byte)),
  }),
  formCase({
    id: 'upload-expect-continue',
    sentence: 'A client that waits for 100 Continue gets that, or an answer.',
    severity: 'must',
    reference: rfc(9110, '10.1.1'),
    outcome: 'ran',
    form: ({ dry }) => wholeForm(partsOf(dry)),
    sending: () => ({ headers: { expect: '100-continue' }, awaitsContinue: true }),
  }),
  {
    id: 'upload-keep-alive',
    sentence:
      'After a form that was not read completely, the connection carries the next request or is closed.',
    severity: 'must',
    reference: rfc(9112, '9.3'),
    run: staysInStep,
  },
];

async function staysInStep({ client, sendForm, dry }: Audit): Promise<string> {
  const agent = client.createAgent();
  try {
    const large = dry.files.map(({ headers }) => ({
      headers,
      content: Buffer.alloc(1_000_000),
    }));
    const first = answered(await sendForm([dry.operations, dry.map, ...large], { agent }));
    const query = jsonRequest({ query: '{ __typename }' });
    const second = answered(await client.send({ ...query, agent }));
    if (second.result?.data?.['__typename'] !== undefined)
      return `${first.status}, then ${second.status}`;
    throw new CaseFailed(`the next request is answered ${describe(second)}`);
  } finally {
    agent.destroy();
  }
}
