import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate } from '../src/photos/store/sqlite/migrate.ts';
import { MIGRATIONS } from '../src/photos/store/sqlite/migrations.ts';
import { makeFolder } from './support/store-sqlite-fixture.ts';

const first = "CREATE TABLE colours (name TEXT) STRICT; INSERT INTO colours VALUES ('red')";
const second = "ALTER TABLE colours ADD COLUMN rgb TEXT; UPDATE colours SET rgb = '#ff0000'";
const third = 'CREATE TABLE shapes (name TEXT) STRICT';

/** Opens the database in a folder, with its content. */
function openIn(folder: string) {
  const database = new DatabaseSync(join(folder, 'test.db'));
  const read = () => ({
    version: database.prepare('PRAGMA user_version').get()?.['user_version'],
    tables: database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .all()
      .map(({ name }) => name),
    colours: database.prepare('SELECT * FROM colours').all(),
  });
  return { database, read, [Symbol.dispose]: () => database.close() };
}

test('a database is migrated by the missing steps only', async () => {
  await using folder = await makeFolder();
  {
    using opened = openIn(folder.path);
    migrate(opened.database, [first]);
    expect(opened.read()).toEqual({ version: 1, tables: ['colours'], colours: [{ name: 'red' }] });
    migrate(opened.database, [first]);
    expect(opened.read()).toMatchObject({ version: 1, colours: [{ name: 'red' }] });
  }
  using opened = openIn(folder.path);
  migrate(opened.database, [first, second, third]);
  expect(opened.read()).toEqual({
    version: 3,
    tables: ['colours', 'shapes'],
    colours: [{ name: 'red', rgb: '#ff0000' }],
  });
});

test.each([
  [
    'in its middle',
    "CREATE TABLE shapes (name TEXT); INSERT INTO shapes VALUES ('disc'); nonsense",
  ],
  ['at its beginning', 'ALTER TABLE missing ADD COLUMN name TEXT'],
  ['after a rollback of its own', 'DELETE FROM colours; ROLLBACK; INSERT INTO missing VALUES (1)'],
])('a step that fails %s leaves the old version unchanged', async (_where, failing) => {
  await using folder = await makeFolder();
  {
    using opened = openIn(folder.path);
    migrate(opened.database, [first]);
    const before = opened.read();
    expect(() => migrate(opened.database, [first, second, failing])).toThrow(
      /syntax error|no such table/,
    );
    expect(opened.database.isTransaction).toBe(false);
    expect(opened.read()).toEqual(before);
  }
  using opened = openIn(folder.path);
  expect(opened.read()).toEqual({ version: 1, tables: ['colours'], colours: [{ name: 'red' }] });
});

test('a database of a newer version is left unchanged', async () => {
  await using folder = await makeFolder();
  using opened = openIn(folder.path);
  migrate(opened.database, [first, second]);
  const before = opened.read();
  expect(() => migrate(opened.database, [first])).toThrow('version 2');
  expect(opened.read()).toEqual(before);
});

test('the steps of the store succeed on an empty database, which is then consistent', async () => {
  await using folder = await makeFolder();
  using database = new DatabaseSync(join(folder.path, 'test.db'));
  migrate(database, MIGRATIONS);
  expect(database.prepare('PRAGMA integrity_check').all()).toMatchObject([
    { integrity_check: 'ok' },
  ]);
  expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
});
