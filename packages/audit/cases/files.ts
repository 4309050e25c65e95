import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { answered, ranOrRefused, refused } from '../expect.ts';
import { field, formEnd, openForm, wholeForm } from '../form.ts';
import { graphqlOverHttp, multipartSpec } from '../references.ts';
import { describe, type Reply } from '../reply.ts';

const CHUNK_BYTES = 65_536;
/** More than all buffers on the way can hold, and less than any server's limit. */
const UNREAD_BYTES = 1_000_000;

/** The pieces of a real form whose file has `sizeBytes`: the sample, padded with zeros. */
function* largeForm({ real, sample }: Audit, sizeBytes: number): Generator<Buffer> {
  const [first, ...others] = real.files;
  if (!first) return;
  yield openForm([real.operations, real.map, ...others, first]);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let left = sizeBytes - sample.length; left > 0; left -= chunk.length) {
    yield chunk.subarray(0, Math.min(left, chunk.length));
  }
  yield formEnd();
}

/** Passes if the file is accepted or refused, and the response says which. */
function takenOrRefused(reply: Reply, { target }: Audit): string {
  const answer = answered(reply);
  if (answer.result?.data?.[target.field] != null) return `accepted: ${describe(answer)}`;
  return `refused: ${refused(answer)}`;
}

function largeFiles({ dry }: Audit) {
  return dry.files.map(({ headers }) => ({ headers, content: Buffer.alloc(UNREAD_BYTES) }));
}

/** Files of every size, and files that nobody reads. */
export const fileCases: readonly AuditCase[] = [
  {
    id: 'file-empty',
    sentence: 'An empty file is answered: accepted, or refused.',
    severity: 'must',
    reference: multipartSpec(),
    async run(audit) {
      const { operations, map, files } = audit.real;
      const empty = files.map(({ headers }) => ({ headers, content: '' }));
      return takenOrRefused(await audit.upload([operations, map, ...empty]), audit);
    },
  },
  {
    id: 'file-oversize',
    sentence: 'A client that announces a file over any limit gets an answer, not a reset.',
    severity: 'must',
    reference: graphqlOverHttp('Status Codes'),
    async run(audit) {
      const form = Buffer.concat([...largeForm(audit, audit.oversizeBytes)]);
      return takenOrRefused(await audit.upload(form), audit);
    },
  },
  {
    id: 'file-oversize-unannounced',
    sentence:
      'A client that sends a file over any limit, without its length and before it reads, gets an answer.',
    severity: 'must',
    reference: graphqlOverHttp('Status Codes'),
    async run(audit) {
      const form = largeForm(audit, audit.oversizeBytes);
      return takenOrRefused(await audit.upload(form, { readsLate: true }), audit);
    },
  },
  {
    id: 'unread-skipped',
    sentence: 'An operation that succeeds without reading its file is answered.',
    severity: 'must',
    reference: multipartSpec('Introduction, "Aborting file uploads in resolvers"'),
    async run(audit) {
      const { operations, map } = audit.dry;
      const reply = await audit.sendForm([operations, map, ...largeFiles(audit)]);
      return ranOrRefused(reply, audit.target.mutationType);
    },
  },
  {
    id: 'unread-invalid',
    sentence: 'An invalid operation is refused without reading its file.',
    severity: 'must',
    reference: graphqlOverHttp('Validation'),
    async run(audit) {
      const query = audit.target.dry.query.replace('__typename', 'auditOfNothing');
      const operations = field('operations', { ...audit.target.dry, query });
      return refused(await audit.sendForm([operations, audit.dry.map, ...largeFiles(audit)]));
    },
  },
  {
    id: 'unread-variables',
    sentence: 'An operation with wrong variables is refused without reading its file.',
    severity: 'must',
    reference: graphqlOverHttp('Status Codes'),
    async run(audit) {
      const query = audit.target.dry.query
        .replace('(', '($absent: Boolean!, ')
        .replace('@skip(if: true)', '@skip(if: $absent)');
      const operations = field('operations', { ...audit.target.dry, query });
      return refused(await audit.sendForm([operations, audit.dry.map, ...largeFiles(audit)]));
    },
  },
  {
    id: 'unread-syntax',
    sentence:
      'An operation with a syntax error is refused, even for a client that sends its file before it reads.',
    severity: 'must',
    reference: graphqlOverHttp('Status Codes'),
    async run(audit) {
      const operations = field('operations', { ...audit.target.dry, query: '{' });
      const form = [wholeForm([operations, audit.dry.map, ...largeFiles(audit)])];
      return refused(await audit.sendForm(form, { readsLate: true }));
    },
  },
];
