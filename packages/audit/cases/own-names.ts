import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed } from '../case-errors.ts';
import { answered, ran, ranOrRefused, refused } from '../expect.ts';
import { field, file } from '../form.ts';
import { mapOf, partsOf } from '../form-parts.ts';
import { multipartSpec, PROTOTYPE_POLLUTION } from '../references.ts';

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'] as const;

/** Names of inherited properties, used as names within a request. */
export const ownNameCases: readonly AuditCase[] = [
  {
    id: 'own-variable',
    sentence: 'A variable may be named like an inherited property.',
    severity: 'should',
    reference: multipartSpec(),
    async run({ sendForm, target, dry }) {
      const operation = {
        query: target.dry.query.replaceAll('$file', '$toString'),
        variables: { toString: target.dry.variables['file'] },
      };
      const paths = target.paths.map((path) =>
        path.replace('variables.file', 'variables.toString'),
      );
      const map = mapOf(paths);
      const form = [field('operations', operation), field('map', map), ...dry.files];
      return ran(await sendForm(form), target.mutationType);
    },
  },
  {
    id: 'own-proto',
    sentence: 'A path through a __proto__ of the request itself changes nothing.',
    severity: 'hostile',
    reference: PROTOTYPE_POLLUTION,
    last: true,
    async run(audit, health) {
      const text = JSON.stringify(audit.target.dry);
      const operations = text.replace(/}}$/, ',"__proto__":{"operationName":null}}}');
      const map = field('map', { 0: ['variables.__proto__.operationName'] });
      const form = [field('operations', operations), map, ...audit.dry.files.slice(0, 1)];
      const seen = refused(await audit.sendForm(form));
      return unharmed(seen, await health.examine());
    },
  },
  {
    id: 'own-part-name',
    sentence:
      'Parts named like inherited properties, which the map does not name, are ignored or refused.',
    severity: 'hostile',
    reference: PROTOTYPE_POLLUTION,
    last: true,
    async run(audit, health) {
      const parts = NAMES.map((name) => file(name, 'x'));
      const reply = await audit.sendForm([...partsOf(audit.dry), ...parts]);
      const seen = ranOrRefused(reply, audit.target.mutationType);
      return unharmed(seen, await health.examine());
    },
  },
  {
    id: 'own-map-key',
    sentence: 'Files named like inherited properties are accepted, or refused.',
    severity: 'hostile',
    reference: PROTOTYPE_POLLUTION,
    last: true,
    async run(audit, health) {
      const seen = [];
      for (const name of NAMES) seen.push(`${name} ${await sendKey(audit, name)}`);
      return unharmed(seen.join(', '), await health.examine());
    },
  },
];

async function sendKey({ sendForm, dry, target }: Audit, name: string): Promise<string> {
  const map = field('map', `{"${name}":${JSON.stringify(target.paths)}}`);
  const reply = await sendForm([dry.operations, map, file(name, 'x')]);
  ranOrRefused(reply, target.mutationType);
  return String(answered(reply).status);
}

function unharmed(seen: string, harm: string | null): string {
  if (harm === null) return seen;
  throw new CaseFailed(`${seen}; then ${harm}`);
}
