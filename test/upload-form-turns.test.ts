import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FormSource } from '../src/server/transports/uploads/form-source.ts';

const CHUNK = Buffer.alloc(64 * 1024);
const CHUNKS = 40;

test('a form of which all has come passes on 256 KiB in each turn of the event loop', async () => {
  const req = new IncomingMessage(new Socket());
  for (let count = 0; count < CHUNKS; count += 1) req.push(CHUNK);
  req.push(null);
  let passed = 0;
  const parser = new Writable({
    write(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      done();
    },
  });
  const source = new FormSource({
    req,
    head: [],
    boundary: 'x',
    maxFormBytes: 10_000_000,
    onParser: () => undefined,
    onFault: (fault) => parser.destroy(fault),
  });
  source.pipe(parser);
  const ended = finished(parser);
  const turns: number[] = [];
  while (passed < CHUNKS * CHUNK.length) {
    const before = passed;
    await turn();
    turns.push(passed - before);
  }
  await ended;
  expect(Math.max(...turns)).toBe(256 * 1024);
  expect(source.readableEnded).toBe(true);
});
