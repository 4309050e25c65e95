import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import type { Sending } from '../client.ts';
import { answered, refused } from '../expect.ts';
import { BOUNDARY, field, file, openForm, wholeForm } from '../form.ts';
import { partsOf } from '../form-parts.ts';
import { EXHAUSTION } from '../references.ts';
import { describe } from '../reply.ts';

const DEPTH = 10_000;
const FLOOD_BYTES = 8 * 1_048_576;
const FLOOD = Buffer.alloc(65_536, 'x');

interface Bulk {
  readonly id: string;
  readonly sentence: string;
  readonly severity: AuditCase['severity'];
  readonly sending?: Sending;
  /** Whether the server must refuse it, not only survive it. */
  readonly refused: boolean;
  readonly form: (audit: Audit) => Sending['body'];
}

function* flooded(beginning: Buffer, end: Buffer): Generator<Buffer> {
  yield beginning;
  for (let sent = 0; sent < FLOOD_BYTES; sent += FLOOD.length) yield FLOOD;
  if (end.length > 0) yield end;
}

/** The rest of a form after some text within a JSON string of its operations. */
function restOf({ dry }: Audit): Buffer {
  const rest = wholeForm([dry.map, ...dry.files]).toString();
  return Buffer.from(`"}\r\n${rest}`);
}

const bulks: readonly Bulk[] = [
  {
    id: 'bulk-deep-query',
    sentence: `A query nested ${DEPTH} levels deep is refused.`,
    severity: 'hostile',
    refused: true,
    form: ({ dry, target }) => {
      const query = `${'{a'.repeat(DEPTH)}${'}'.repeat(DEPTH)}`;
      return wholeForm([field('operations', { ...target.dry, query }), dry.map, ...dry.files]);
    },
  },
  {
    id: 'bulk-deep-variables',
    sentence: `The server survives variables nested ${DEPTH} levels deep.`,
    severity: 'hostile',
    refused: false,
    form: ({ dry, target }) => {
      const nested = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`;
      const operations = JSON.stringify(target.dry).replace(/}}$/, `,"deep":${nested}}}`);
      return wholeForm([field('operations', operations), dry.map, ...dry.files]);
    },
  },
  {
    id: 'bulk-deep-path',
    sentence: `A path of ${DEPTH} steps is refused.`,
    severity: 'hostile',
    refused: true,
    form: ({ dry }) =>
      wholeForm([
        dry.operations,
        field('map', { 0: [`variables${'.a'.repeat(DEPTH)}`] }),
        ...dry.files,
      ]),
  },
  {
    id: 'bulk-map',
    sentence: 'The server survives a map of 20,000 files.',
    severity: 'hostile',
    refused: false,
    form: ({ dry, target }) => {
      const entries = Array.from({ length: 20_000 }, (_, index) => [index, target.paths]);
      return wholeForm([dry.operations, field('map', Object.fromEntries(entries)), ...dry.files]);
    },
  },
  {
    id: 'bulk-file-parts',
    sentence: 'The server survives a form with 5,000 extra files.',
    severity: 'hostile',
    refused: false,
    form: ({ dry }) => {
      const more = Array.from({ length: 5000 }, (_, index) => file(`more-${index}`, 'x'));
      return wholeForm([...partsOf(dry), ...more]);
    },
  },
  {
    id: 'bulk-field-parts',
    sentence: 'The server survives a form with 5,000 extra fields.',
    severity: 'hostile',
    refused: false,
    form: ({ dry }) => {
      const more = Array.from({ length: 5000 }, (_, index) => field(`more-${index}`, 'x'));
      return wholeForm([...partsOf(dry), ...more]);
    },
  },
  {
    id: 'bulk-operations',
    sentence: 'A form whose operations take 8 MiB is refused.',
    severity: 'should',
    refused: true,
    form: (audit) =>
      flooded(openForm([field('operations', '{"query":"{ __typename } #')]), restOf(audit)),
  },
  {
    id: 'bulk-part-header',
    sentence: 'A part header of 8 MiB is refused.',
    severity: 'should',
    refused: true,
    form: (audit) =>
      flooded(
        Buffer.from(`--${BOUNDARY}\r\nX-Audit: `),
        Buffer.from(
          `\r\n${wholeForm(partsOf(audit.dry))
            .toString()
            .replace(/^[^\n]*\n/, '')}`,
        ),
      ),
  },
  {
    id: 'bulk-endless-field',
    sentence: 'An endless field that then stays open is answered or cut off.',
    severity: 'should',
    refused: false,
    sending: { ends: false },
    form: () => flooded(openForm([field('operations', '{"query":"')]), Buffer.alloc(0)),
  },
];

/** Requests that are larger than they have any reason to be. */
export const bulkCases: readonly AuditCase[] = bulks.map((bulk) => ({
  id: bulk.id,
  sentence: bulk.sentence,
  severity: bulk.severity,
  reference: EXHAUSTION,
  async run(audit) {
    const reply = await audit.sendForm(bulk.form(audit), bulk.sending);
    if (bulk.refused) return refused(reply);
    if (reply.kind === 'broken') return describe(reply);
    const answer = answered(reply);
    return answer.status < 500 ? describe(answer) : refused(answer);
  },
}));
