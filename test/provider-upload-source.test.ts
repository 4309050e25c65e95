import { expect, test } from 'vitest';
import { createUploadSource } from '../src/provider/upload-source.ts';
import { scriptedSource, silence } from './support/provider-source.ts';

/** Stalls after its first chunk, and ignores `return()`. */
async function* parked() {
  yield Buffer.from('x');
  await silence();
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
  const reader = source[Symbol.asyncIterator]();
  const outcome = Promise.allSettled([reader.next()]);
  source.end();
  expect(await waiting.promise).toBe(done);
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }]);
  await expect(reader.next()).rejects.toMatchObject({ name: 'AbortError' });
  expect(source.failed.aborted).toBe(false);
});

test('a reader that stops ends the source', async () => {
  const bytes = scriptedSource(() => Buffer.from('x'));
  for await (const chunk of createUploadSource({ ...STALL, bytes })) {
    expect(chunk.length).toBe(1);
    break;
  }
  await bytes.returned;
  expect(bytes.pulls).toBe(1);
});

test('an error of the source after its end is ignored', async () => {
  const failure = Promise.withResolvers<never>();
  const source = createUploadSource({ ...STALL, bytes: scriptedSource(() => failure.promise) });
  const outcome = Promise.allSettled([source[Symbol.asyncIterator]().next()]);
  source.end();
  failure.reject(new Error('too late'));
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }]);
  expect(source.failed.aborted).toBe(false);
});

test('a source that does not end its own wait delays nobody', async () => {
  const source = createUploadSource({ ...STALL, bytes: parked() });
  const reader = source[Symbol.asyncIterator]();
  await reader.next();
  const outcome = Promise.allSettled([reader.next()]);
  source.end();
  expect(await outcome).toMatchObject([{ status: 'rejected' }]);
});
