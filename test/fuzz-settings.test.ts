import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config/config.ts';
import { settingsSchema } from '../src/config/settings.ts';

const NAMES = Object.keys(settingsSchema.shape);

/** What operators write, or nearly: most of it is wrong for most settings. */
const almostRight = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.domain(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.constantFrom('0.0.0.0', '127.0.0.1', '::1', 'localhost', 'on', 'off', 'yes', 'no', 'true'),
  fc.constantFrom(
    'open',
    'required',
    'only',
    'info',
    'silent',
    's3://bucket/prefix',
    'file:',
    's3:',
  ),
  fc.array(fc.domain(), { maxLength: 4 }).map((list) => list.join(',')),
  fc.webPath().map((path) => `file:${path}`),
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string(),
);
/** Among them what breaks a line, or a rule. */
const spoilt = fc
  .tuple(
    almostRight,
    fc.constantFrom('\n', '\r\n', '\0', ' ', '\u2028', '%', '\\', '"', ','),
    fc.nat(),
  )
  .map(([text, spoiler, at]) => {
    const place = at % (text.length + 1);
    return `${text.slice(0, place)}${spoiler}${text.slice(place)}`;
  });
const value = fc.oneof(almostRight, spoilt, anyText);

const CANDIDATES = (
  '1 60 5000 on off yes only open required info silent text 127.0.0.1 0.0.0.0 photo.example.com ' +
  'https://photo.example.com x-own-header s3://bucket/prefix file:pictures ftp://host/pictures ./data anyone'
).split(' ');
/** Mostly what each setting takes by itself, so that most of what is wrong lies between two of them. */
const environment = fc.record(
  Object.fromEntries(
    Object.entries(settingsSchema.shape).map(([name, schema]) => {
      const taken = CANDIDATES.filter((text) => schema.safeParse(text).success);
      const right = fc.constantFrom(...taken, ...(taken.length === 0 ? CANDIDATES : []));
      return [name, fc.oneof({ arbitrary: right, weight: 50 }, { arbitrary: value, weight: 1 })];
    }),
  ),
  { requiredKeys: [], noNullPrototype: true },
);

type Environment = Readonly<Record<string, string | undefined>>;

/** What is printed of the settings: what they are, or what is wrong with them. An accident is rethrown. */
function printed(env: Environment): { readonly taken: string } | { readonly refused: string } {
  try {
    return { taken: JSON.stringify(loadConfig(env)) };
  } catch (error) {
    if (error instanceof ConfigError) return { refused: error.message };
    throw error;
  }
}

/** The setting that is named first in the one line of a refusal; null for settings that are taken. */
function namedBy(env: Environment): string | null | undefined {
  const result = printed(env);
  if ('taken' in result) return null;
  return /^([A-Z\d_]+) \S[^\p{Cc}\u2028\u2029]*$/u.exec(result.refused)?.[1];
}

test('whatever the settings are, they are taken or refused in one line that names one of them', () => {
  fc.assert(
    fc.property(environment, (env) => {
      expect([null, ...NAMES]).toContain(namedBy(env));
    }),
    { numRuns: 5000 },
  );
});

test.each(NAMES)('%s alone, whatever it is, is taken or refused in such a line', (name) => {
  fc.assert(
    fc.property(value, (text) => {
      expect([null, ...NAMES]).toContain(namedBy({ [name]: text }));
    }),
    { numRuns: 300 },
  );
});

test('a secret stands in no message and in nothing that is printed', () => {
  const secret = fc.string({ unit: 'grapheme' }).map((text) => `hiliad-${text}`);
  fc.assert(
    fc.property(environment, secret, secret, (env, secretKey, bucketKey) => {
      const full = { ...env, PHOTO_SECRET_KEY: secretKey, S3_SECRET_ACCESS_KEY: bucketKey };
      expect(JSON.stringify(printed(full))).not.toContain('hiliad-');
    }),
    { numRuns: 2000 },
  );
});

test('an environment that holds what is no setting changes nothing', () => {
  const others = fc.dictionary(
    fc.string().filter((name) => !NAMES.includes(name)),
    fc.string(),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(others, (env) => {
      expect(JSON.stringify(loadConfig(env))).toBe(JSON.stringify(loadConfig({})));
    }),
  );
});
