import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../src/photos/store/sqlite/sqlite-store.ts';
import { begun, pictureOf, uploadOf } from './store-samples.ts';

/**
 * Runs as its own process, with a directory and the number of its first upload. Takes upload after
 * upload through its life in the store there, and prints each step once it is durable, until it is
 * killed.
 */
const [directory = '', firstNumber = ''] = process.argv.slice(2);

function print(line: string) {
  writeSync(1, `${line}\n`);
}

print('opening');
const store = await openSqliteStore({ directory });
print('opened');
for (let n = Number(firstNumber); ; n += 1) {
  const id = `p${n}`;
  const recordKey = { client: 'a', key: `k${n}` };
  const now = new Date();
  await store.beginIdempotencyRecord(recordKey, begun('f'));
  print(`begun ${n}`);
  await store.markIdempotencyRecordSent(recordKey, { remaining: n, completedUploads: 0 });
  print(`sent ${n}`);
  await store.complete('a', uploadOf(id, { uploadedAt: now }), recordKey);
  print(`completed ${n}`);
  await store.markReady(id, 1, now, new Date(now.getTime() + 3_600_000));
  print(`ready ${n}`);
  await store.markArchived(id, 1, pictureOf(id), null);
  print(`archived ${n}`);
}
