import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import { begun } from './support/store-samples.ts';
import { makeFolder } from './support/store-sqlite-fixture.ts';

const script = fileURLToPath(new URL('support/store-full-disk-script.ts', import.meta.url));
const run = promisify(execFile);

const contents = z.object({ photos: z.array(z.string()), completedUploads: z.int() });
const report = z.object({
  failures: z.array(z.tuple([z.int(), z.string()])),
  whileFull: contents,
  failuresLater: z.array(z.unknown()),
  atLast: contents,
});

// `prlimit` is Linux's.
const canLimit = process.env['CI'] !== undefined || process.platform === 'linux';
if (!canLimit) console.warn('SKIPPED: not on Linux, so no full disk is tested');

// The writes of an upload differ in size. At each of these sizes another one is the first that does not fit.
test.runIf(canLimit).each([300_000, 310_000, 320_000, 340_000])(
  'on a disk that is full at %i bytes a failed change leaves nothing, and the store works again when there is space',
  async (sizeBytes) => {
    await using folder = await makeFolder();
    const { stdout } = await run(process.execPath, [script, folder.path, `${sizeBytes}`]);
    const found = report.parse(JSON.parse(stdout));

    const failed = new Set(found.failures.map(([n]) => n));
    expect(failed.size).toBeGreaterThan(50);
    for (const [, error] of found.failures) {
      expect(error).toMatch(/disk/);
    }
    const whole = Array.from({ length: 100 }, (_, n) => n + 1).filter((n) => !failed.has(n));
    expect(whole.length).toBeGreaterThan(0);
    expect(found.whileFull.photos.toSorted()).toEqual(whole.map((n) => `p${n}`).toSorted());
    expect(found.whileFull.completedUploads).toBe(whole.length);
    expect(found.failuresLater).toEqual([]);
    expect(found.atLast.completedUploads).toBe(whole.length + 100);

    const store = await openSqliteStore({ directory: folder.path });
    expect(await store.completedUploads()).toBe(whole.length + 100);
    for (const n of [...whole, 101, 200]) {
      const recordKey = await store.beginIdempotencyRecord({ client: 'a', key: `k${n}` }, begun());
      expect(recordKey).toMatchObject({ state: 'succeeded', photoId: `p${n}` });
    }
    for (const n of failed) {
      expect(await store.photo(`p${n}`)).toBeNull();
      const recordKey = await store.beginIdempotencyRecord({ client: 'a', key: `k${n}` }, begun());
      expect([undefined, 'unknown']).toContain(recordKey?.state);
    }
    await store.close();
  },
);
