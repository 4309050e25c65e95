import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config/config.ts';
import { settingsSchema } from '../src/config/settings.ts';

const NAMES = Object.keys(settingsSchema.shape);

/** Plausible values of settings. Most of them are wrong for most settings. */
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
/** Texts, also with line breaks and other unusual characters. */
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
/** Mostly valid values for each setting alone, so that most faults are combinations. */
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

/** The printed settings, or the message of their error. An unexpected error is rethrown. */
function printed(env: Environment): { readonly taken: string } | { readonly refused: string } {
  try {
    return { taken: JSON.stringify(loadConfig(env)) };
  } catch (error) {
    if (error instanceof ConfigError) return { refused: error.message };
    throw error;
  }
}

/** The setting that a refusal names first; null for accepted settings. */
function namedBy(env: Environment): string | null | undefined {
  const result = printed(env);
  if ('taken' in result) return null;
  return /^([A-Z\d_]+) \S[^\p{Cc}\u2028\u2029]*$/u.exec(result.refused)?.[1];
}

test('any settings are accepted, or refused in one line that names one of them', () => {
  fc.assert(
    fc.property(environment, (env) => {
      expect([null, ...NAMES]).toContain(namedBy(env));
    }),
    { numRuns: 5000 },
  );
});

test.each(NAMES)('%s alone is accepted, or refused in such a line, whatever its value', (name) => {
  fc.assert(
    fc.property(value, (text) => {
      expect([null, ...NAMES]).toContain(namedBy({ [name]: text }));
    }),
    { numRuns: 300 },
  );
});

test('a secret is in no message and in no printed form', () => {
  const secret = fc.string({ unit: 'grapheme' }).map((text) => `hiliad-${text}`);
  fc.assert(
    fc.property(environment, secret, secret, (env, secretKey, bucketKey) => {
      const full = { ...env, PHOTO_SECRET_KEY: secretKey, S3_SECRET_ACCESS_KEY: bucketKey };
      expect(JSON.stringify(printed(full))).not.toContain('hiliad-');
    }),
    { numRuns: 2000 },
  );
});

test('an environment variable that is not a setting changes nothing', () => {
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
