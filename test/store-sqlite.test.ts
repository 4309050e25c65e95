import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import { describeStore } from './support/store-conformance.ts';
import { createSqliteFixture, makeFolder } from './support/store-sqlite-fixture.ts';

describeStore('SQLite', createSqliteFixture);

test('no statement of the store scans a whole table', async () => {
  await using folder = await makeFolder();
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  onTestFinished(() => prepare.mockRestore());
  const store = await openSqliteStore({ directory: folder.path });
  await store.close();
  const statements = prepare.mock.calls
    .map(([sql]) => sql)
    .filter((sql) => !sql.startsWith('PRAGMA'));
  expect(statements.length).toBeGreaterThan(20);

  using database = new DatabaseSync(join(folder.path, 'photos.db'));
  const steps = statements.flatMap((sql) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  const details = steps.map((step) => String(step['detail']));
  for (const index of ['uploads_listed', 'uploads_processing']) {
    const found = `SEARCH uploads USING COVERING INDEX ${index} (client=? AND (uploaded_at,photo_id)>(?,?) AND (uploaded_at,photo_id)<(?,?))`;
    expect(details).toContain(found);
  }
  expect(details.filter((detail) => /B-TREE|AUTOMATIC/.test(detail))).toEqual([]);
  const scans = new Set(details.filter((detail) => detail.startsWith('SCAN')));
  // Full scans are right for these: the watched photos by their index, the classes, the one row, the
  // receivers that want nothing more, and of the deliveries those that wait.
  expect(scans).toEqual(
    new Set([
      'SCAN photos USING INDEX photos_watched',
      'SCAN times',
      'SCAN gateway',
      'SCAN disabled_receivers',
      'SCAN deliveries USING COVERING INDEX deliveries_waiting',
    ]),
  );
});
