import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed } from '../case-errors.ts';
import { ran } from '../expect.ts';
import { openForm, wholeForm } from '../form.ts';
import { partsOf } from '../form-parts.ts';
import { EXHAUSTION } from '../references.ts';
import { FORM_HEADERS } from '../requests.ts';

const CLIENTS = 10;

interface Moment {
  readonly id: string;
  readonly when: string;
  readonly sent: (audit: Audit) => Buffer;
}

const moments: readonly Moment[] = [
  { id: 'headers', when: 'before the first byte of their forms', sent: () => Buffer.alloc(0) },
  {
    id: 'operations',
    when: 'in the operations',
    sent: ({ dry }) => openForm([dry.operations]).subarray(0, -10),
  },
  { id: 'map', when: 'after the map', sent: ({ dry }) => openForm([dry.operations, dry.map]) },
  { id: 'file', when: 'in the file', sent: (audit) => openForm(largeDry(audit)) },
  {
    id: 'end',
    when: 'at the end of the file',
    sent: (audit) => wholeForm(largeDry(audit)).subarray(0, -4),
  },
  { id: 'answer', when: 'before the answer', sent: (audit) => wholeForm(partsOf(audit.dry)) },
];

function largeDry({ dry: { operations, map, files } }: Audit) {
  return [
    operations,
    map,
    ...files.map(({ headers }) => ({ headers, content: Buffer.alloc(300_000) })),
  ];
}

/** Clients that disconnect early. */
export const disconnectCases: readonly AuditCase[] = moments.map(({ id, when, sent }) => ({
  id: `leave-${id}`,
  sentence: `The server is healthy after ${CLIENTS} clients disconnected ${when}.`,
  severity: 'hostile',
  reference: EXHAUSTION,
  async run(audit) {
    const body = [sent(audit)].filter(({ length }) => length > 0);
    const leaving = { headers: FORM_HEADERS, body };
    await Promise.all(
      Array.from({ length: CLIENTS }, (_, index) => audit.client.leave(leaving, index % 2 === 1)),
    );
    const reply = await audit.sendForm(partsOf(audit.dry));
    if (reply.kind !== 'answer') throw new CaseFailed('the next form is not answered');
    return `the next form: ${ran(reply, audit.target.mutationType)}`;
  },
}));
