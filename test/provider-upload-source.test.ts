import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createUploadSource } from '../src/provider/upload-source.ts';
import { scriptedSource, silence } from './support/provider-source.ts';

/** Stands still after its first chunk, deaf to `return()`. */
async function* parked() {
  yield Buffer.from('x');
  await silence();
}

const STALL = { stallTimeoutMs: 3_600_000 };
const HEAD = Buffer.from('head ');
const TAIL = Buffer.from(' tail');
const BROKEN_OFF = { code: 'ERR_STREAM_PREMATURE_CLOSE' };

test('a form is its head, the chunks of its file and its tail', async () => {
  const chunks = [Buffer.from('a '), Buffer.alloc(0), Buffer.from('file'), null];
  const source = createUploadSource({
    ...STALL,
    bytes: scriptedSource((index) => chunks[index] ?? null),
  });
  expect(String(await buffer(source.between(HEAD, TAIL)))).toBe('head a file tail');
});

test('a source that is ended breaks its form off, even if its file says that it is done', async () => {
  // As a Node stream does: its return() gives the reads that wait their end.
  const waiting = Promise.withResolvers<IteratorResult<Uint8Array>>();
  const done = { done: true, value: undefined } as const;
  const source = createUploadSource({
    ...STALL,
    bytes: {
      [Symbol.asyncIterator]: () => ({
        next: () => waiting.promise,
        async return() {
          waiting.resolve(done);
          return done;
        },
      }),
    },
  });
  const outcome = Promise.allSettled([buffer(source.between(HEAD, TAIL))]);
  await turn();
  source.end();
  expect(await waiting.promise).toBe(done);
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: BROKEN_OFF }]);
  expect(source.failed.aborted).toBe(false);
});

test('a source that is ended before its form is read breaks it off', async () => {
  const source = createUploadSource({ ...STALL, bytes: scriptedSource(() => null) });
  const form = source.between(HEAD, TAIL);
  source.end();
  await expect(buffer(form)).rejects.toMatchObject(BROKEN_OFF);
});

test('a reader that stops tells the file so', async () => {
  const bytes = scriptedSource(() => Buffer.from('x'));
  const source = createUploadSource({ ...STALL, bytes });
  const form = source.between(HEAD, TAIL);
  for await (const chunk of form) {
    if (String(chunk) === 'x') break;
  }
  await bytes.returned;
  expect(bytes.pulls).toBe(1);
});

test('a file that fails breaks its form off', async () => {
  const failure = new Error('broken');
  const bytes = scriptedSource(() => Promise.reject(failure));
  const source = createUploadSource({ ...STALL, bytes });
  await expect(buffer(source.between(HEAD, TAIL))).rejects.toMatchObject(BROKEN_OFF);
  expect(source.failed.reason).toBe(failure);
});

test('what the file throws after the end is nobody’s', async () => {
  const failure = Promise.withResolvers<never>();
  const source = createUploadSource({ ...STALL, bytes: scriptedSource(() => failure.promise) });
  const outcome = Promise.allSettled([buffer(source.between(HEAD, TAIL))]);
  await turn();
  source.end();
  failure.reject(new Error('too late'));
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: BROKEN_OFF }]);
  expect(source.failed.aborted).toBe(false);
});

test('a file that does not end its own wait keeps nobody waiting', async () => {
  const source = createUploadSource({ ...STALL, bytes: parked() });
  const form = source.between(HEAD, TAIL).resume();
  const outcome = Promise.allSettled([finished(form)]);
  await turn();
  source.end();
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: BROKEN_OFF }]);
});
