import { expect, test } from 'vitest';
import { createBatcher } from '../src/common/batcher.ts';

const HOUR_MS = 3_600_000;

function collecting(options?: Parameters<typeof createBatcher>[1]) {
  const calls: (readonly number[])[] = [];
  const batcher = createBatcher<number>(async (items) => void calls.push(items), options);
  return { batcher, calls };
}

test('what is added in one turn of the event loop is worked on in one call', async () => {
  const { batcher, calls } = collecting();
  batcher.add(1);
  batcher.add(2);
  await batcher.settled();
  batcher.add(3);
  await batcher.settled();
  expect(calls).toEqual([[1, 2], [3]]);
});

test('what may wait for others is worked on with them, and at once where all is to be settled', async () => {
  const { batcher, calls } = collecting({ lingerMs: HOUR_MS });
  batcher.add(1);
  await new Promise(setImmediate);
  batcher.add(2);
  await new Promise(setImmediate);
  expect(calls).toEqual([]);
  await batcher.settled();
  batcher.add(3);
  await batcher.settled();
  expect(calls).toEqual([[1, 2], [3]]);
});

test('what waits is worked on by itself', async () => {
  const { batcher, calls } = collecting({ lingerMs: 1 });
  batcher.add(1);
  await expect.poll(() => calls).toEqual([[1]]);
});
