import type { Audit } from '../audit.ts';
import { CaseFailed } from '../case-errors.ts';
import type { AuditCase } from '../case.ts';
import { answered, refused } from '../expect.ts';
import { field } from '../form.ts';
import type { Health } from '../health.ts';
import { multipartSpec, PROTOTYPE_POLLUTION } from '../references.ts';
import type { Reply } from '../reply.ts';

interface Attack {
  readonly id: string;
  readonly sentence: string;
  readonly paths: readonly string[];
}

/** A name that nothing has. Written onto a built-in it does no harm, and the next request can find it there. */
const MARK = 'auditMark';
/** As long, and never written. */
const CONTROL = 'auditNone';

/** Names by which requests and answers are read: an object that inherits one seems to have it. */
const READ_NAMES = ['operationName', 'query', 'variables', 'status', MARK];

/** The places of an operation from which a path can go astray: an object, a list, a text, nothing at all. */
const PLACES = ['', 'variables.', 'variables.list.', 'variables.text.', 'variables.file.'];

const attacks: readonly Attack[] = [
  {
    id: 'inherited-by-objects',
    sentence: 'Paths through the names that every object inherits write nothing.',
    paths: namesOf(Object.prototype).flatMap((name) =>
      ['variables.', '', 'variables.file.'].flatMap((place) => [
        `${place}${name}`,
        `${place}${name}.${MARK}`,
      ]),
    ),
  },
  {
    id: 'inherited-by-lists',
    sentence: 'Paths through the names that every list inherits write nothing.',
    paths: namesOf(Array.prototype).flatMap((name) => [
      `variables.list.${name}`,
      `variables.list.${name}.${MARK}`,
    ]),
  },
  {
    id: 'inherited-by-texts',
    sentence: 'Paths through the names that every text inherits write nothing.',
    paths: namesOf(String.prototype).map((name) => `variables.text.${name}.${MARK}`),
  },
  {
    id: 'inherited-constructor',
    sentence: 'Paths through constructors write nothing.',
    paths: PLACES.flatMap((place) =>
      READ_NAMES.map((name) => `${place}constructor.prototype.${name}`),
    ),
  },
  {
    id: 'inherited-proto',
    sentence: 'Paths through __proto__ write nothing.',
    paths: PLACES.flatMap((place) => READ_NAMES.map((name) => `${place}__proto__.${name}`)),
  },
  {
    id: 'inherited-by-functions',
    sentence: 'Paths to what functions inherit write nothing.',
    paths: ['variables.hasOwnProperty', 'variables.toString', 'variables.list.push'].flatMap(
      (place) => ['length', 'bind', 'apply', 'call'].map((name) => `${place}.${name}`),
    ),
  },
];

/**
 * Paths that leave the operation for the built-ins that it inherits from. Last of all: a server that
 * follows them may answer nobody from then on.
 */
export const inheritedPathCases: readonly AuditCase[] = [
  {
    id: 'inherited-refused',
    sentence: 'Paths through inherited names are refused.',
    severity: 'should',
    reference: multipartSpec(),
    last: true,
    async run(audit) {
      const paths = PLACES.flatMap((place) =>
        ['toString', '__proto__', 'constructor', 'length'].map((name) => `${place}${name}.${MARK}`),
      );
      for (const path of paths) await blame(path, async () => refused(await sendPath(audit, path)));
      return `${paths.length} paths`;
    },
  },
  ...attacks.map(({ id, sentence, paths }): AuditCase => ({
    id,
    sentence,
    severity: 'hostile',
    reference: PROTOTYPE_POLLUTION,
    last: true,
    async run(audit, health) {
      for (const path of paths) await blame(path, () => expectNoHarm(audit, health, path));
      return `${paths.length} paths`;
    },
  })),
];

/** Whether a server refuses such a path or ignores it, nothing may have changed by it. */
async function expectNoHarm(audit: Audit, health: Health, path: string): Promise<void> {
  answered(await sendPath(audit, path));
  if (path.endsWith(`.${MARK}`)) await expectUnwritten(audit, path);
  const harm = await health.examine();
  if (harm !== null) throw new CaseFailed(harm);
}

/** Names `path` in what `test` finds wrong. */
async function blame(path: string, test: () => Promise<unknown>): Promise<void> {
  try {
    await test();
  } catch (error) {
    throw error instanceof CaseFailed ? new CaseFailed(`${path}: ${error.message}`) : error;
  }
}

/** What one request has written where all of them inherit it, the next one finds: its path leads further. */
async function expectUnwritten(audit: Audit, path: string): Promise<void> {
  const control = path.replaceAll(MARK, CONTROL);
  const marked = fingerprint(await sendPath(audit, `${path}.further`));
  if (marked === fingerprint(await sendPath(audit, `${control}.further`))) return;
  throw new CaseFailed('what this path wrote is still there for the next request');
}

function sendPath({ sendForm, dry, target }: Audit, path: string): Promise<Reply> {
  const variables = { ...target.dry.variables, list: [null], text: 'text' };
  const operations = field('operations', { ...target.dry, variables });
  return sendForm([operations, field('map', { 0: [path] }), ...dry.files.slice(0, 1)]);
}

function fingerprint(reply: Reply): string {
  const { status, result, text } = answered(reply);
  const messages = result?.errors?.map(({ message }) => message).join('\n') ?? text;
  return `${status} ${messages.replaceAll(MARK, CONTROL)}`;
}

function namesOf(prototype: object): readonly string[] {
  return Object.getOwnPropertyNames(prototype);
}
