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
function createPlaces() {
  let compared = 0;
  const place = (name: string, options: Options = {}) => ({
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
    place,
    get compared() {
      return compared;
    },
  };
}

type Place = ReturnType<ReturnType<typeof createPlaces>['place']>;

function grantAll(places: readonly Place[]): string[] {
  const queue = createPollQueue<Place>();
  const leave = new Map(places.map((place) => [place, queue.add(place)]));
  const granted = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    leave.get(next)?.();
    granted.push(next.name);
  }
  return granted;
}

/** How many claims are compared for one grant. */
function comparedAmong(waiting: number): number {
  const places = createPlaces();
  const queue = createPollQueue<Place>();
  for (let index = 0; index < waiting; index += 1) queue.add(places.place(`${index}`));
  queue.next();
  return places.compared;
}

describe('where polls wait', () => {
  test('those of uploaded photos come first, whatever the others are worth', () => {
    const { place } = createPlaces();
    const asked = { uploaded: false, gain: 1000 };
    const names = grantAll([place('asked', asked), place('dull', { gain: 0 }), place('b')]);
    expect(names.at(-1)).toBe('asked');
  });

  test.each([true, false])('clients take turns, uploaded: %s', (uploaded) => {
    const { place } = createPlaces();
    const of = (holder: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        place(`${holder}${index}`, { uploaded, holder, gain: holder === 'a' ? 100 : 1 }),
      );
    const names = grantAll([...of('a', 50), ...of('b', 2), ...of('c', 1)]);
    expect(names.slice(0, 5).map((name) => name[0])).toEqual(['a', 'b', 'c', 'a', 'b']);
    expect(names).toHaveLength(53);
  });

  test('the best of one client comes first', () => {
    const { place } = createPlaces();
    const waiting = [place('a', { gain: 1 }), place('b', { gain: 3 }), place('c', { gain: 2 })];
    expect(grantAll(waiting)).toEqual(['b', 'c', 'a']);
  });

  test('one that somebody waits for is compared with the first, behind however many that nobody does', () => {
    const { place } = createPlaces();
    const idle = Array.from({ length: 1000 }, (_, index) =>
      place(`${index}`, { isAwaited: false, gain: 1 }),
    );
    expect(grantAll([...idle, place('awaited', { gain: 10 })])[0]).toBe('awaited');
  });

  test('a poll costs the same however many wait', () => {
    expect(comparedAmong(10_000)).toBe(comparedAmong(100));
  });

  test('one that has left is not granted', () => {
    const { place } = createPlaces();
    const queue = createPollQueue<Place>();
    const leave = queue.add(place('a'));
    queue.add(place('b'));
    leave();
    leave();
    expect(queue.next()?.name).toBe('b');
    expect(queue.size).toBe(1);
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
  }));
  const taken = claims.map(async (claim, index) => {
    await budget.take(claim, () => 1, leaving.signal);
    granted.push(index);
    return index;
  });
  awaited = true;
  const last = claims[99];
  if (last) budget.promote(last);
  await taken[99];
  // The first twenty were granted at once.
  expect(granted.length).toBeLessThan(30);
  leaving.abort();
  await Promise.allSettled(taken);
});
