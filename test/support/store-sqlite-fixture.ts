import { cp, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Audience } from '../../src/photos/store/outbox/audience.ts';
import { openSqliteStore } from '../../src/photos/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/photos/store/store.ts';
import type { StoreFixture } from './store-fixture.ts';
import { T0 } from './store-samples.ts';

/** A folder for one test, which is deleted after it. */
export function makeFolder() {
  return mkdtempDisposable(join(tmpdir(), 'photo-store-'));
}

/** A store in its own folder. A crash leaves its files as they are at that moment. */
export async function createSqliteFixture(audience?: Audience): Promise<StoreFixture> {
  const folder = await makeFolder();
  const clock = { nowMs: T0, steadyMs: 0 };
  const stores: Store[] = [];
  let directory = join(folder.path, '0');

  async function open() {
    const store = await openSqliteStore({
      directory,
      now: () => clock.nowMs,
      steadyNow: () => clock.steadyMs,
      ...(audience && { audience }),
    });
    stores.push(store);
    return store;
  }

  async function reopen() {
    const left = directory;
    directory = join(folder.path, `${stores.length}`);
    await cp(left, directory, { recursive: true });
    return open();
  }

  async function dispose() {
    for (const store of stores) await store.close();
    await folder.remove();
  }

  return { store: await open(), clock, reopen, [Symbol.asyncDispose]: dispose };
}
