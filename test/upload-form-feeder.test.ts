import type { Readable } from 'node:stream';
import busboy from 'busboy';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFormFeeder } from '../src/server/transports/uploads/form-feeder.ts';
import { BOUNDARY, FORM_HEADERS, field, file, wholeForm } from './support/multipart-client.ts';

const DELIMITER = `\r\n--${BOUNDARY}`;

interface Received {
  /** The names of the parts, and the size of a field's value. */
  readonly parts: readonly string[];
  readonly content: string;
  /** Whether any of the file went past the parser. */
  readonly diverted: boolean;
}

/** What comes of a form in these pieces, if its first file is diverted or if all of it is parsed. */
function receive(pieces: readonly Buffer[], divert: boolean): Received {
  const parser = busboy({ headers: FORM_HEADERS, limits: { files: 1 } });
  parser.on('error', () => parts.push('error'));
  const feeder = createFormFeeder(parser, BOUNDARY);
  const parts: string[] = [];
  const parsed: Buffer[] = [];
  const pushed: Uint8Array[] = [];
  parser.on('field', (name, value) => parts.push(`${name} ${value.length}`));
  parser.on('file', (name, stream) => {
    parts.push(name);
    stream.on('error', () => undefined);
    // Unread, so that the feeder sees what the parser passes on; there is room for all of it.
    stream.read(1_000_000);
    drains.push(() => parsed.push(...drain(stream)));
    if (divert) feeder.divertTo({ parsed: stream, push: (content) => pushed.push(content) });
  });
  const drains: (() => void)[] = [];
  for (const piece of pieces) feeder.write(piece);
  feeder.end();
  for (const each of drains) each();
  return {
    parts,
    content: Buffer.concat([...parsed, ...pushed]).toString('latin1'),
    diverted: pushed.length > 0,
  };
}

function* drain(stream: Readable): Generator<Buffer, void, undefined> {
  for (;;) {
    const chunk: unknown = stream.read();
    if (!Buffer.isBuffer(chunk)) return;
    yield chunk;
  }
}

/** `bytes`, cut into pieces of these sizes over and over. */
function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let place = 0;
  for (let count = 0; place < bytes.length; count += 1) {
    const size = sizes[count % sizes.length] ?? bytes.length;
    pieces.push(bytes.subarray(place, place + size));
    place += size;
  }
  return pieces;
}

/** Text that looks like the beginning of a delimiter here and there. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.nat({ max: DELIMITER.length - 1 }).map((length) => DELIMITER.slice(0, length)),
      fc.constantFrom('\r', '\n', '\r\n', '\r\n\r\n', '--', `--${BOUNDARY}`),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));
/** A part that begins with the boundary ends before its own head does: no form is to be read from that. */
const content = text.filter((characters) => !characters.startsWith(`--${BOUNDARY}`));
const sizes = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 30, max: 120 })),
  {
    minLength: 1,
    maxLength: 10,
  },
);

test('a file that goes past the parser is the one that the parser would have given', () => {
  let diverted = 0;
  fc.assert(
    fc.property(content, content, sizes, (before, file0, cuts) => {
      const form = wholeForm([field('operations', before), file('0', file0)]);
      const pieces = cut(form, cuts);
      const received = receive(pieces, true);
      const { parts, content: expected } = receive(pieces, false);
      expect(received).toMatchObject({ parts, content: expected });
      if (received.diverted) diverted += 1;
    }),
    { numRuns: 1000 },
  );
  expect(diverted).toBeGreaterThan(100);
});

test('parts behind a file are for the parser again', () => {
  fc.assert(
    fc.property(content, content, sizes, (file0, after, cuts) => {
      const parts = [file('0', file0), field('x', after), { headers: ['X: y'], content: after }];
      const pieces = cut(wholeForm(parts), cuts);
      const { parts: expected, content: expectedContent } = receive(pieces, false);
      expect(receive(pieces, true)).toMatchObject({ parts: expected, content: expectedContent });
    }),
    { numRuns: 1000 },
  );
});
