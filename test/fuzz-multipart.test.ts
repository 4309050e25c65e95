import * as fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { assertUnchanged, builtIns } from './support/built-ins.ts';
import { startFaultyProvider } from './support/fault-provider.ts';
import {
  BOUNDARY,
  field,
  file,
  openForm,
  sendForm,
  startForm,
  wholeForm,
  type Answer,
} from './support/multipart-client.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const provider = await startFaultyProvider();
const gateway = await startGatewayOf({ ...provider.env, MAX_FILE_SIZE: '100000' });
afterAll(async () => {
  await gateway.close();
  await provider[Symbol.asyncDispose]();
});

const query = 'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';
const operations = { query, variables: { file: null } };
/** A file that consists only of the first bytes of a JPEG. */
const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x0d, 0x0a, 0x2d, 0x2d, 0x00, 0x10]);
const valid = wholeForm([
  field('operations', operations),
  field('map', { 0: ['variables.file'] }),
  file('0', picture),
]);

const intact = builtIns();
afterEach(() => assertUnchanged(intact));

/** The codes of an answer's errors; empty for a success. */
const codesOf = ({ body }: Answer) =>
  (body.errors ?? []).map(({ extensions }) => extensions?.['code'] ?? 'no code');

/**
 * Sends any form, and checks what must always hold: there is an answer without an unexpected error, and
 * an upload is charged only if the answer has its photo. No error calls the charge unknown.
 */
async function sendChecked(body: Buffer, contentType?: string): Promise<Answer> {
  const headers = contentType === undefined ? {} : { 'content-type': contentType };
  const before = provider.charges();
  const answer = await sendForm(gateway.endpoint, body, { headers });
  expect(codesOf(answer)).not.toContain('INTERNAL_SERVER_ERROR');
  const isPaid = answer.body.data?.['uploadPhoto'] != null;
  expect(provider.charges() - before).toBe(isPaid ? 1 : 0);
  const charged = (answer.body.errors ?? []).map(({ extensions }) => extensions?.['charged']);
  expect(charged).not.toContain(null);
  return answer;
}

const bytes = fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array));

describe('the multipart endpoint answers', () => {
  test('any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        expect((await sendChecked(body)).status).toBe(400);
      }),
      { numRuns: 200 },
    );
  });

  test('a form that was corrupted anywhere', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 8 }).map((array) => Buffer.from(array)),
      fc
        .constantFrom(
          '\r\n',
          '\r\n\r\n',
          `--${BOUNDARY}`,
          `\r\n--${BOUNDARY}--\r\n`,
          '"',
          '{',
          '\0',
        )
        .map((text) => Buffer.from(text)),
      // A part of the form itself, repeated.
      fc
        .tuple(fc.nat({ max: valid.length }), fc.nat({ max: 200 }))
        .map(([from, length]) => valid.subarray(from, from + length)),
    );
    const change = fc.record({
      at: fc.nat({ max: valid.length }),
      drops: fc.oneof(fc.constant(0), fc.nat({ max: 60 })),
      piece,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        let body: Buffer = valid;
        for (const { at, drops, piece: put } of changes) {
          body = Buffer.concat([body.subarray(0, at), put, body.subarray(at + drops)]);
        }
        expect((await sendChecked(body)).status).toBeLessThan(500);
      }),
      { numRuns: 600 },
    );
  });

  test('a form that ends anywhere', async () => {
    // The line break after the last boundary is not needed.
    const ends = Array.from({ length: valid.length - 2 }, (_, end) => end);
    for (const end of ends.filter((one) => one % 3 === 0 || one > valid.length - 60)) {
      expect((await sendChecked(valid.subarray(0, end))).status).toBe(400);
    }
  });

  test('fields of any JSON', async () => {
    const name = fc.oneof(
      fc.constantFrom('variables', 'file', '__proto__', 'constructor', 'prototype', 'toString'),
      fc.constantFrom('query', 'operationName', 'extensions', '0', 'length', 'then', 'promise'),
      fc.string(),
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(null, query, 'variables.file', true),
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.array(fc.tuple(name, tie('json')), { maxLength: 4 }).map(
          // As text, since a literal cannot have the key `__proto__`.
          (entries) => new Map(entries),
        ),
      ),
    }));
    const first = fc.oneof({ arbitrary: fc.constant('variables'), weight: 9 }, name);
    const path = fc
      .tuple(first, fc.array(name, { minLength: 1, maxLength: 3 }))
      .map(([start, names]) => [start, ...names].join('.'));
    const paths = fc.array(path, { minLength: 1, maxLength: 2 });
    const map = fc.oneof(
      { arbitrary: paths.map((list) => JSON.stringify({ 0: list })), weight: 3 },
      json.map(textOf),
    );
    const fields = fc.oneof(
      { arbitrary: fc.constant(JSON.stringify(operations)), weight: 3 },
      json.map(textOf),
      fc.jsonValue().map((variables) => JSON.stringify({ query, variables })),
    );
    await fc.assert(
      fc.asyncProperty(fields, map, async (operationsText, mapText) => {
        const parts = [
          field('operations', operationsText),
          field('map', mapText),
          file('0', picture),
        ];
        expect((await sendChecked(wholeForm(parts))).status).toBeLessThan(500);
      }),
      {
        numRuns: 500,
        // Paths that lead to a null, but not by own properties.
        examples: [[JSON.stringify(operations), '{"0":["variables.__proto__.__proto__"]}']],
      },
    );
  });

  test('a file with any header of its part', async () => {
    const line = fc
      .tuple(
        fc.constantFrom('Content-Disposition', 'Content-Type', 'Content-Transfer-Encoding', 'X'),
        fc.constantFrom(': form-data; name="0"', ': form-data', ': attachment', ': ', ''),
        fc.constantFrom('; filename=""', '; filename="a"', '; filename', '; filename*=x', ''),
        fc.constantFrom('application/octet-stream', 'image/jpeg', 'text/plain', 'base64', ''),
      )
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 3 }), async (headers) => {
        const parts = [field('operations', operations), field('map', { 0: ['variables.file'] })];
        const form = wholeForm([...parts, { headers, content: picture }]);
        expect((await sendChecked(form)).status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });

  test('any content type of a form', async () => {
    const parameter = fc.string({
      unit: fc
        .integer({ min: 0x20, max: 0xff })
        .map((code) => String.fromCodePoint(code === 0x7f ? 0x20 : code)),
    });
    const type = fc
      .tuple(
        fc.constantFrom('multipart/form-data', 'Multipart/Form-Data', 'multipart/mixed', ''),
        fc.constantFrom(';', '; ', ' ; ', ''),
        fc.oneof(
          parameter,
          parameter.map((text) => `boundary=${text}`),
          fc.constant(`boundary="${BOUNDARY}"`),
        ),
        fc.constantFrom('', '; charset=utf-8', ';charset=latin1', '; boundary=other'),
      )
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(type, async (contentType) => {
        expect((await sendChecked(valid, contentType)).status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });
});

function textOf(value: unknown): string {
  if (value instanceof Map) {
    const entries = [...value].map(([name, entry]) => `${JSON.stringify(name)}:${textOf(entry)}`);
    return `{${entries.join(',')}}`;
  }
  return Array.isArray(value) ? `[${value.map(textOf).join(',')}]` : JSON.stringify(value);
}

/** Sends the valid form in these pieces, each a separate chunk for the parser. */
async function sendInPieces(pieces: readonly Buffer[]): Promise<unknown> {
  const { request, answer } = startForm(gateway.endpoint);
  for (const piece of pieces) if (piece.length > 0) request.write(piece);
  request.end();
  const { body } = await answer;
  return body;
}
const taken = { data: { uploadPhoto: { id: expect.any(String) } } };

describe('the multipart endpoint reads a form the same way', () => {
  test('wherever it is cut in two', async () => {
    const cuts = Array.from({ length: valid.length - 1 }, (_, index) => index + 1);
    for (let first = 0; first < cuts.length; first += 20) {
      const answers = cuts
        .slice(first, first + 20)
        .map((at) => sendInPieces([valid.subarray(0, at), valid.subarray(at)]));
      for (const answer of await Promise.all(answers)) expect(answer).toEqual(taken);
    }
  });

  test('in any number of pieces', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(lengths, async (pattern) => {
        const pieces: Buffer[] = [];
        for (let at = 0, index = 0; at < valid.length; index += 1) {
          const length = pattern[index % pattern.length] ?? 1;
          pieces.push(valid.subarray(at, at + length));
          at += length;
        }
        expect(await sendInPieces(pieces)).toEqual(taken);
      }),
      { numRuns: 100 },
    );
  });

  test('after any number of truncated forms, which charge nothing', async () => {
    const at = fc.nat({ max: valid.length - 1 });
    const before = provider.charges();
    await fc.assert(
      fc.asyncProperty(at, async (end) => {
        const { request } = startForm(gateway.endpoint);
        const closed = new Promise((resolve) => request.once('close', resolve));
        request.write(Buffer.concat([valid.subarray(0, end)]), () => request.destroy());
        await closed;
      }),
      { numRuns: 100 },
    );
    expect(await sendInPieces([openForm([]), valid])).toEqual(taken);
    expect(provider.charges()).toBe(before + 1);
  });
});
