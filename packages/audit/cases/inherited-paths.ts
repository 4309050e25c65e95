import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed } from '../case-errors.ts';
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

/**
 * A property name that no object has. Written onto a built-in it does no harm, and the next request
 * can find it there.
 */
const MARK = 'auditMark';
/** A name of the same length that is never written. */
const CONTROL = 'auditNone';

/**
 * Names by which code reads requests and responses: an object that inherits one seems to have it.
 */
const READ_NAMES = ['operationName', 'query', 'variables', 'status', MARK];

/**
 * Where in an operation a path may begin: at its root, an object, a list, a text, or a null.
 */
const PATH_PREFIXES = ['', 'variables.', 'variables.list.', 'variables.text.', 'variables.file.'];

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
    paths: PATH_PREFIXES.flatMap((place) =>
      READ_NAMES.map((name) => `${place}constructor.prototype.${name}`),
    ),
  },
  {
    id: 'inherited-proto',
    sentence: 'Paths through __proto__ write nothing.',
    paths: PATH_PREFIXES.flatMap((place) => READ_NAMES.map((name) => `${place}__proto__.${name}`)),
  },
  {
    id: 'inherited-by-functions',
    sentence: 'Paths to the properties that functions inherit write nothing.',
    paths: ['variables.hasOwnProperty', 'variables.toString', 'variables.list.push'].flatMap(
      (place) => ['length', 'bind', 'apply', 'call'].map((name) => `${place}.${name}`),
    ),
  },
];

/**
 * Paths that lead from the operation to the built-ins that it inherits from. These cases run last:
 * a server that follows them may answer no request from then on.
 */
export const inheritedPathCases: readonly AuditCase[] = [
  {
    id: 'inherited-refused',
    sentence: 'Paths through inherited names are refused.',
    severity: 'should',
    reference: multipartSpec(),
    last: true,
    async run(audit) {
      const paths = PATH_PREFIXES.flatMap((place) =>
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

/** Passes if the server refuses such a path or ignores it, as long as nothing has changed by it. */
async function expectNoHarm(audit: Audit, health: Health, path: string): Promise<void> {
  answered(await sendPath(audit, path));
  if (path.endsWith(`.${MARK}`)) await expectUnwritten(audit, path);
  const harm = await health.examine();
  if (harm !== null) throw new CaseFailed(harm);
}

/** Adds `path` to the failure that `test` finds. */
async function blame(path: string, test: () => Promise<unknown>): Promise<void> {
  try {
    await test();
  } catch (error) {
    throw error instanceof CaseFailed ? new CaseFailed(`${path}: ${error.message}`) : error;
  }
}

/**
 * Detects a write to a built-in: what one request has written where all of them inherit it, the
 * next one finds, and its path leads further.
 */
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
