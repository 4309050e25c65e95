import { expect, test } from 'vitest';
import { createFairQueue } from '../src/common/fair-queue.ts';

function createQueue(items: readonly string[]) {
  const queue = createFairQueue<string>();
  const leave = new Map(items.map((item) => [item, queue.add(item[0], item)]));
  return { queue, leave: (item: string) => leave.get(item)?.() };
}

test('holders take turns, and the items of one keep their order', () => {
  const { queue } = createQueue(['a1', 'a2', 'a3', 'b1', 'b2', 'c1']);
  const shifted = Array.from({ length: 7 }, () => queue.shift());
  expect(shifted).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', undefined]);
});

test('a holder that may not have one is passed over, and keeps its turn', () => {
  const { queue } = createQueue(['a1', 'b1', 'b2', 'c1']);
  expect(queue.shift((holder) => holder !== 'a')).toBe('b1');
  expect(queue.shift()).toBe('a1');
  expect(queue.shift((holder) => holder === 'd')).toBeUndefined();
  expect(queue.size).toBe(2);
});

test('an item that has left is not given, and leaves once', () => {
  const { queue, leave } = createQueue(['a1', 'a2', 'b1']);
  expect([leave('a1'), leave('a1')]).toEqual([true, false]);
  expect([queue.size, queue.sizeOf('a'), queue.sizeOf('b'), queue.sizeOf('c')]).toEqual([
    2, 1, 1, 0,
  ]);
  expect(queue.shift()).toBe('a2');
  expect(leave('a2')).toBe(false);
  expect(queue.sizeOf('a')).toBe(0);
});

test('a holder that has had its turn comes after all others, also if it left and came again', () => {
  const { queue } = createQueue(['a1', 'b1', 'c1']);
  expect(queue.shift()).toBe('a1');
  queue.add('a', 'a2');
  expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(['b1', 'c1', 'a2']);
});
