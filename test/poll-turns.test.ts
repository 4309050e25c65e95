import { describe, expect, test } from 'vitest';
import { createPollBudget } from '../src/photos/watching/poll-budget.ts';
import { createPollQueue } from '../src/photos/watching/poll-queue.ts';

interface Options {
  readonly uploaded?: boolean;
  readonly holder?: string;
  readonly isAwaited?: boolean;
  readonly gain?: number;
}

/** Makes queue entries, and counts how often they are compared. */
function createEntries() {
  let compared = 0;
  const entry = (name: string, options: Options = {}) => ({
    name,
    claim: {
      uploaded: options.uploaded ?? true,
      holder: () => options.holder ?? 'anna',
      isAwaited: () => options.isAwaited ?? true,
    },
    gain() {
      compared += 1;
      return options.gain ?? 1;
    },
  });
  return {
    entry,
    get compared() {
      return compared;
    },
  };
}

type Entry = ReturnType<ReturnType<typeof createEntries>['entry']>;

function grantAll(claims: readonly Entry[]): string[] {
  const queue = createPollQueue<Entry>();
  const leave = new Map(claims.map((entry) => [entry, queue.add(entry)]));
  const granted = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    leave.get(next)?.();
    granted.push(next.name);
  }
  return granted;
}

/** How many entries are compared for one grant. */
function comparedAmong(waiting: number): number {
  const entries = createEntries();
  const queue = createPollQueue<Entry>();
  for (let index = 0; index < waiting; index += 1) queue.add(entries.entry(`${index}`));
  queue.next();
  return entries.compared;
}

describe('the queue of polls', () => {
  test('puts polls of uploaded photos first, whatever the gain of the others', () => {
    const { entry } = createEntries();
    const asked = { uploaded: false, gain: 1000 };
    const names = grantAll([entry('asked', asked), entry('dull', { gain: 0 }), entry('b')]);
    expect(names.at(-1)).toBe('asked');
  });

  test.each([true, false])('lets clients take turns, uploaded: %s', (uploaded) => {
    const { entry } = createEntries();
    const of = (holder: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        entry(`${holder}${index}`, { uploaded, holder, gain: holder === 'a' ? 100 : 1 }),
      );
    const names = grantAll([...of('a', 50), ...of('b', 2), ...of('c', 1)]);
    expect(names.slice(0, 5).map((name) => name[0])).toEqual(['a', 'b', 'c', 'a', 'b']);
    expect(names).toHaveLength(53);
  });

  test('puts the best of one client first', () => {
    const { entry } = createEntries();
    const waiting = [entry('a', { gain: 1 }), entry('b', { gain: 3 }), entry('c', { gain: 2 })];
    expect(grantAll(waiting)).toEqual(['b', 'c', 'a']);
  });

  test('compares an awaited poll with the first ones, however many that are not awaited are before it', () => {
    const { entry } = createEntries();
    const idle = Array.from({ length: 1000 }, (_, index) =>
      entry(`${index}`, { isAwaited: false, gain: 1 }),
    );
    expect(grantAll([...idle, entry('awaited', { gain: 10 })])[0]).toBe('awaited');
  });

  test('does the same work for a poll however many wait', () => {
    expect(comparedAmong(10_000)).toBe(comparedAmong(100));
  });

  test('does not grant a poll that was removed', () => {
    const { entry } = createEntries();
    const queue = createPollQueue<Entry>();
    const leave = queue.add(entry('a'));
    queue.add(entry('b'));
    leave();
    leave();
    expect(queue.next()?.name).toBe('b');
    expect(queue.size).toBe(1);
  });
});

test('a poll that becomes awaited overtakes those that are not', async () => {
  const budget = createPollBudget({ pollsPerSecond: 20 });
  const controller = new AbortController();
  const granted: number[] = [];
  let awaited = false;
  const claims = Array.from({ length: 100 }, (_, index) => ({
    uploaded: true,
    holder: () => (awaited && index === 99 ? 'bert' : ''),
    isAwaited: () => awaited && index === 99,
  }));
  const taken = claims.map(async (claim, index) => {
    await budget.take(claim, () => 1, controller.signal);
    granted.push(index);
    return index;
  });
  awaited = true;
  const last = claims[99];
  if (last) budget.promote(last);
  await taken[99];
  // The first twenty were granted at once.
  expect(granted.length).toBeLessThan(30);
  controller.abort();
  await Promise.allSettled(taken);
});
