import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import type { Store } from '../src/photos/store/store.ts';
import { seededRandom } from './support/seeded-random.ts';
import { useStore } from './support/store-crash-process.ts';
import { begun, idsOf, photosOf } from './support/store-samples.ts';
import { makeFolder } from './support/store-sqlite-fixture.ts';

/** The steps of an upload, as the killed process prints them. */
const STEPS = ['none', 'begun', 'sent', 'completed', 'ready', 'archived'] as const;
type Step = (typeof STEPS)[number];

/** The last step of each upload, by its number. */
type Progress = Map<number, Step>;

/** Kills a process at a random moment, and returns the last step that it printed for each upload. */
async function runUntilKilled(
  directory: string,
  firstNumber: number,
  random: () => number,
): Promise<Progress> {
  const printed: Progress = new Map();
  const user = useStore(directory, firstNumber);
  const linesBefore = 1 + Math.floor(60 * random() ** 2);
  for (let n = 0; n < linesBefore; n += 1) note(await user.nextLine());
  // Not right after a line, so that the kill also falls between two of them.
  await delay(10 * random());
  await user.kill();
  for (let line = await user.nextLine(); line !== null; line = await user.nextLine()) note(line);
  // It may have got further than it printed.
  printed.set(firstNumber + printed.size, 'none');
  return printed;

  function note(line: string | null) {
    if (line === 'opening' || line === 'opened') return;
    const [word, number] = (line ?? 'ended').split(' ');
    const step = STEPS.find((name) => name === word);
    if (step === undefined) throw new Error(`The process printed: ${line}`);
    printed.set(Number(number), step);
  }
}

/** The last step of an upload according to the store; none if it had only begun. */
async function stepOf(n: number, store: Store): Promise<Step> {
  const earlier = await store.beginIdempotencyRecord({ client: 'a', key: `k${n}` }, begun());
  const photo = await store.photo(`p${n}`);
  const succeeded = earlier?.state === 'succeeded';
  expect(photo?.id).toBe(succeeded ? `p${n}` : undefined);
  if (photo?.archived) return 'archived';
  if (photo?.status === 'READY') return 'ready';
  if (succeeded) return 'completed';
  // Never 'running': its process is dead.
  expect(['unknown', undefined]).toContain(earlier?.state);
  return earlier === null ? 'none' : 'sent';
}

/** The possible last steps in the store, if `printed` was the last one printed. */
function possibleSteps(printed: Step): readonly Step[] {
  const index = STEPS.indexOf(printed);
  const possible = STEPS.slice(index, index + 2);
  return printed === 'begun' ? ['none', ...possible] : possible;
}

async function expectWhole(store: Store, progress: Progress) {
  const numbersAt = (...steps: Step[]) =>
    [...progress].filter(([, step]) => steps.includes(step)).map(([n]) => `p${n}`);
  expect(idsOf(await store.watched()).toSorted()).toEqual(numbersAt('completed').toSorted());
  expect(idsOf(await store.unarchived()).toSorted()).toEqual(numbersAt('ready').toSorted());
  const paid = numbersAt('completed', 'ready', 'archived');
  const page = await store.list({ client: 'a', first: 10_000, after: null, status: null });
  expect(idsOf(photosOf(page)).toSorted()).toEqual(paid.toSorted());
  expect(await store.completedUploads()).toBe(paid.length);
}

test.concurrent.for([1, 2, 3, 4])(
  'a store is consistent after each of ten kills at random moments (%i)',
  async (_number, { onTestFailed }) => {
    const random = seededRandom(onTestFailed);
    await using folder = await makeFolder();
    const directory = join(folder.path, 'data');
    const progress: Progress = new Map();
    // The first kill may hit the creation of the database.
    for (let kill = 0; kill < 10; kill += 1) {
      const printed = await runUntilKilled(directory, progress.size, random);
      const store = await openSqliteStore({ directory });
      for (const [n, step] of progress) expect(await stepOf(n, store)).toBe(step);
      for (const [n, step] of printed) {
        const found = await stepOf(n, store);
        expect(possibleSteps(step)).toContain(found);
        progress.set(n, found);
      }
      await expectWhole(store, progress);
      await store.close();
    }
  },
);
