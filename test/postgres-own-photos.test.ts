import { expect, test } from 'vitest';
import { createOwnPhotos } from '../src/photos/store/postgres/own-photos.ts';
import { openPostgresStore } from '../src/photos/store/postgres/postgres-store.ts';
import { textOf, type Sql } from '../src/photos/store/postgres/sql.ts';
import { createDatabase } from './support/postgres.ts';
import { uploadOf } from './support/store-samples.ts';

test('the photos that one operation asks for are read by two statements', async () => {
  await using created = await createDatabase();
  const log = { warn: () => undefined };
  const store = await openPostgresStore({ url: created.url, uploadTimeoutMs: 0, log });
  for (const id of ['one', 'two']) await store.complete('anna', uploadOf(id), null);
  await store.complete('ben', uploadOf('of-ben'), null);
  const statements: string[] = [];
  const counting = {
    query(statement: Sql) {
      statements.push(textOf(statement));
      return store.database.query(statement);
    },
  };
  const photoOf = createOwnPhotos(counting, Date.now);
  const ids = ['two', 'of-ben', 'of-nobody', 'one', 'two'];
  const two = expect.objectContaining({ id: 'two', revision: 1 });
  expect(await Promise.all(ids.map(async (id) => photoOf('anna', id)))).toEqual([
    two,
    'foreign',
    null,
    expect.objectContaining({ id: 'one' }),
    two,
  ]);
  expect(statements).toHaveLength(2);
  await store.close();
});
