import { expect, test, vi } from 'vitest';
import { settledResults, type ResultThunk } from '../src/photos/watching/settled-results.ts';

const reason = new Error('closing');
const never = () => new Promise<never>(() => undefined);
const DONE = { done: true, value: undefined };

async function nextOf<T>(stream: AsyncIterator<ResultThunk<T>>): Promise<T> {
  const next = await stream.next();
  if (next.done === true) throw new Error('The stream has ended');
  return next.value();
}

test('a stream that still waits when its owner closes fails with the reason, then ends', async () => {
  const closing = new AbortController();
  const dispose = vi.fn<() => void>();
  const signals: AbortSignal[] = [];
  const stream = settledResults(
    ['a', 'b'],
    (item, signal) => {
      signals.push(signal);
      return item === 'a' ? Promise.resolve(item) : never();
    },
    closing.signal,
    () => ({ [Symbol.dispose]: dispose }),
  );
  expect(await nextOf(stream)).toBe('a');
  const next = stream.next();
  closing.abort(reason);
  await expect(next).rejects.toBe(reason);
  expect(await stream.next()).toEqual(DONE);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(dispose).toHaveBeenCalledOnce();
});

test('a stream for which everything has settled still delivers it', async () => {
  const closing = new AbortController();
  const stream = settledResults(['a', 'b'], (item) => Promise.resolve(item), closing.signal);
  expect(await nextOf(stream)).toBe('a');
  closing.abort(reason);
  expect(await nextOf(stream)).toBe('b');
  expect(await stream.next()).toEqual(DONE);
});

test('a stream that is opened after that fails at once, unless it is left', async () => {
  const closed = AbortSignal.abort(reason);
  const stream = settledResults(['a'], never, closed);
  await expect(stream.next()).rejects.toBe(reason);
  expect(await stream.next()).toEqual(DONE);
  const left = settledResults(['a'], never, closed);
  await left.return?.();
  expect(await left.next()).toEqual(DONE);
});
