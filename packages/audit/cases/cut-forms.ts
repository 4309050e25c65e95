import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed } from '../case-errors.ts';
import { answered, refused } from '../expect.ts';
import { openForm } from '../form.ts';
import { partsOf } from '../form-parts.ts';
import { rfc } from '../references.ts';
import { describe } from '../reply.ts';

interface Cut {
  readonly id: string;
  readonly where: string;
  /** The part of the form that is sent. */
  readonly bytes: (audit: Audit) => Buffer;
}

const cuts: readonly Cut[] = [
  { id: 'boundary', where: 'in its first boundary', bytes: (audit) => open(audit).subarray(0, 5) },
  { id: 'header', where: 'in its first header', bytes: (audit) => open(audit).subarray(0, 60) },
  {
    id: 'operations',
    where: 'in its operations',
    bytes: ({ dry }) => openForm([dry.operations]).subarray(0, -10),
  },
  {
    id: 'after-operations',
    where: 'after its operations',
    bytes: ({ dry }) => openForm([dry.operations]),
  },
  {
    id: 'map',
    where: 'in its map',
    bytes: ({ dry }) => openForm([dry.operations, dry.map]).subarray(0, -3),
  },
  {
    id: 'before-file',
    where: 'before its file',
    bytes: ({ dry }) => openForm([dry.operations, dry.map]),
  },
];

/** Truncated forms in well-formed HTTP requests. */
export const cutFormCases: readonly AuditCase[] = [
  ...cuts.map(({ id, where, bytes }): AuditCase => ({
    id: `cut-${id}`,
    sentence: `A form that is cut off ${where} is refused.`,
    severity: 'must',
    reference: rfc(2046, '5.1.1'),
    run: async (audit) => refused(await audit.sendForm(bytes(audit))),
  })),
  {
    id: 'cut-file',
    sentence: 'A file that is cut off is not uploaded as a complete one.',
    severity: 'must',
    reference: rfc(2046, '5.1.1'),
    async run(audit) {
      const half = Math.ceil(audit.sample.length / 2);
      const form = openForm(partsOf(audit.real)).subarray(0, -half);
      const answer = answered(await audit.upload(form));
      if (answer.result?.data?.[audit.target.field] == null) return refused(answer);
      throw new CaseFailed(`half a file was accepted: ${describe(answer)}`);
    },
  },
];

function open({ dry }: Audit): Buffer {
  return openForm(partsOf(dry));
}
