import { describe, expect, test } from 'vitest';
import { createPollBudget } from '../src/photos/watching/poll-budget.ts';
import { createPollQueue } from '../src/photos/watching/poll-queue.ts';

interface Options {
  readonly uploaded?: boolean;
  readonly holder?: string;
  readonly isAwaited?: boolean;
  readonly gain?: number;
}

/** A claim of which is counted how often it was compared with others. */
function createEntries() {
  let compared = 0;
  const entry = (name: string, options: Options = {}) => ({
    name,
    claim: {
      uploaded: options.uploaded ?? true,
      holder: () => options.holder ?? 'anna',
      isAwaited: () => options.isAwaited ?? true,
      gain() {
        compared += 1;
        return options.gain ?? 1;
      },
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

function grantAll(entries: readonly Entry[]): string[] {
  const queue = createPollQueue<Entry>(64);
  for (const entry of entries) queue.add(entry);
  const granted = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    granted.push(next.name);
    queue.ended(next.claim);
  }
  expect(queue.size).toBe(0);
  return granted;
}

/** How many claims are compared for one grant. */
function comparedAmong(waiting: number): number {
  const entries = createEntries();
  const queue = createPollQueue<Entry>(64);
  for (let index = 0; index < waiting; index += 1) queue.add(entries.entry(`${index}`));
  queue.shift();
  return entries.compared;
}

describe('where polls wait', () => {
  test('those of uploaded photos come first, whatever the others are worth', () => {
    const { entry } = createEntries();
    const asked = { uploaded: false, gain: 1000 };
    const names = grantAll([entry('asked', asked), entry('dull', { gain: 0 }), entry('b')]);
    expect(names.at(-1)).toBe('asked');
  });

  test.each([true, false])('clients take turns, uploaded: %s', (uploaded) => {
    const { entry } = createEntries();
    const of = (holder: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        entry(`${holder}${index}`, { uploaded, holder, gain: holder === 'a' ? 100 : 1 }),
      );
    const names = grantAll([...of('a', 50), ...of('b', 2), ...of('c', 1)]);
    expect(names.slice(0, 5).map((name) => name[0])).toEqual(['a', 'b', 'c', 'a', 'b']);
    expect(names).toHaveLength(53);
  });

  test('the best of one client comes first', () => {
    const { entry } = createEntries();
    const waiting = [entry('a', { gain: 1 }), entry('b', { gain: 3 }), entry('c', { gain: 2 })];
    expect(grantAll(waiting)).toEqual(['b', 'c', 'a']);
  });

  test('one that somebody waits for is compared with the first, behind however many that nobody does', () => {
    const { entry } = createEntries();
    const idle = Array.from({ length: 1000 }, (_, index) =>
      entry(`${index}`, { isAwaited: false, gain: 1 }),
    );
    expect(grantAll([...idle, entry('awaited', { gain: 10 })])[0]).toBe('awaited');
  });

  test('a poll costs the same however many wait', () => {
    expect(comparedAmong(10_000)).toBe(comparedAmong(100));
  });

  test('one that has left is not granted', () => {
    const { entry } = createEntries();
    const queue = createPollQueue<Entry>(64);
    const leave = queue.add(entry('a'));
    queue.add(entry('b'));
    leave();
    leave();
    expect(queue.size).toBe(1);
    expect(queue.shift()?.name).toBe('b');
  });
});

test('a poll that somebody begins to wait for passes those that nobody waits for', async () => {
  const budget = createPollBudget({ pollsPerSecond: 20 });
  const leaving = new AbortController();
  const granted: number[] = [];
  let awaited = false;
  const claims = Array.from({ length: 100 }, (_, index) => ({
    uploaded: true,
    holder: () => (awaited && index === 99 ? 'bert' : ''),
    isAwaited: () => awaited && index === 99,
    gain: () => 1,
  }));
  const taken = claims.map((claim, index) =>
    budget.run(claim, async () => granted.push(index), leaving.signal),
  );
  awaited = true;
  const last = claims[99];
  if (last) budget.promote(last);
  await taken[99];
  // The first five were granted at once.
  expect(granted.length).toBeLessThan(15);
  leaving.abort();
  await Promise.allSettled(taken);
});
