import { expect, test } from 'vitest';
import { createUploadSource, type UploadSource } from '../src/provider/upload-source.ts';
import { scriptedSource, silence } from './support/provider-source.ts';

/** Stalls after its first chunk, and ignores `return()`. */
async function* parked() {
  yield Buffer.from('x');
  await silence();
}

const HEAD = Buffer.from('head');
const TAIL = Buffer.from('tail');

/** The source's reader, after the head of its form. */
async function readerOf(source: UploadSource): Promise<AsyncIterator<Uint8Array>> {
  const reader = source.between(HEAD, TAIL)[Symbol.asyncIterator]();
  expect(await reader.next()).toEqual({ done: false, value: HEAD });
  return reader;
}

const STALL = { stallTimeoutMs: 3_600_000 };

test('a source that is ended fails the current read and every later one, and never says done', async () => {
  // Like a Node stream, whose return() ends the waiting reads.
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
  const reader = await readerOf(source);
  const outcome = Promise.allSettled([reader.next()]);
  source.end();
  expect(await waiting.promise).toBe(done);
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }]);
  await expect(reader.next()).rejects.toMatchObject({ name: 'AbortError' });
  expect(source.failed.aborted).toBe(false);
});

test('a reader that stops ends the source', async () => {
  const bytes = scriptedSource(() => Buffer.from('x'));
  const reader = await readerOf(createUploadSource({ ...STALL, bytes }));
  expect(await reader.next()).toEqual({ done: false, value: Buffer.from('x') });
  await reader.return?.();
  await bytes.returned;
  expect(bytes.pulls).toBe(1);
});

test('a source that fails never gives the end of its form', async () => {
  const failure = new Error('broken');
  const source = createUploadSource({
    ...STALL,
    bytes: scriptedSource(() => Promise.reject(failure)),
  });
  const reader = await readerOf(source);
  await expect(reader.next()).rejects.toBe(failure);
  await expect(reader.next()).rejects.toBe(failure);
  expect(source.failed.reason).toBe(failure);
});

test('a source that has come to its end gives the end of its form, once', async () => {
  const source = createUploadSource({ ...STALL, bytes: scriptedSource(() => null) });
  const reader = await readerOf(source);
  expect(await reader.next()).toEqual({ done: false, value: TAIL });
  expect(await reader.next()).toEqual({ done: true, value: undefined });
});

test('an error of the source after its end is ignored', async () => {
  const failure = Promise.withResolvers<never>();
  const source = createUploadSource({ ...STALL, bytes: scriptedSource(() => failure.promise) });
  const reader = await readerOf(source);
  const outcome = Promise.allSettled([reader.next()]);
  source.end();
  failure.reject(new Error('too late'));
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }]);
  expect(source.failed.aborted).toBe(false);
});

test('a source that does not end its own wait delays nobody', async () => {
  const source = createUploadSource({ ...STALL, bytes: parked() });
  const reader = await readerOf(source);
  await reader.next();
  const outcome = Promise.allSettled([reader.next()]);
  source.end();
  expect(await outcome).toMatchObject([{ status: 'rejected' }]);
});
