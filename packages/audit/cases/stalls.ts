import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed } from '../case-errors.ts';
import { openForm } from '../form.ts';
import { partsOf } from '../form-parts.ts';
import { EXHAUSTION, graphqlOverHttp } from '../references.ts';
import { describe } from '../reply.ts';

interface Stall {
  readonly id: string;
  readonly where: string;
  readonly bytes: (audit: Audit) => Buffer;
}

const stalls: readonly Stall[] = [
  { id: 'before-body', where: 'before its first byte', bytes: () => Buffer.alloc(0) },
  {
    id: 'operations',
    where: 'in its operations',
    bytes: ({ dry }) => openForm([dry.operations]).subarray(0, -10),
  },
  {
    id: 'before-file',
    where: 'before its file',
    bytes: ({ dry }) => openForm([dry.operations, dry.map]),
  },
  {
    id: 'file',
    where: 'in its file',
    bytes: ({ real }) => openForm(partsOf(real)).subarray(0, -10),
  },
];

/**
 * Clients that stop sending and stay connected. A server that waits for each of them can be made to
 * wait for many.
 */
export const stallCases: readonly AuditCase[] = stalls.map(({ id, where, bytes }) => ({
  id: `stall-${id}`,
  sentence: `A form that stalls ${where} is answered or cut off in time.`,
  severity: 'should',
  reference: `${graphqlOverHttp('Status Codes')} (408); ${EXHAUSTION}`,
  beside: true,
  async run(audit) {
    const { stallTimeoutMs: timeoutMs } = audit;
    // Does not count as an upload: a request that never ends cannot succeed.
    const sent = bytes(audit);
    const reply = await audit.sendForm(
      [sent].filter(({ length }) => length > 0),
      {
        ends: false,
        timeoutMs,
      },
    );
    if (reply.kind !== 'silence') return describe(reply);
    throw new CaseFailed(`still waiting after ${timeoutMs} ms (--stall-timeout)`);
  },
}));
