import { execFileSync } from 'node:child_process';
import { openSqliteStore } from '../../src/photos/store/sqlite/sqlite-store.ts';
import { begun, uploadOf } from './store-samples.ts';

/**
 * Runs as its own process, with a directory and a size in bytes. Uses a store there until a file
 * would grow beyond that size, as on a full disk, continues to try, and resumes when there is room
 * again. Prints its findings as JSON, and closes nothing.
 */
const [directory = '', sizeBytes = ''] = process.argv.slice(2);

function limitFiles(limit: string) {
  execFileSync('prlimit', ['--pid', `${process.pid}`, `--fsize=${limit}:unlimited`]);
}

const store = await openSqliteStore({ directory });

async function upload(n: number) {
  const recordKey = { client: 'a', key: `k${n}` };
  await store.beginIdempotencyRecord(recordKey, begun('f'));
  await store.markIdempotencyRecordSent(recordKey, null);
  await store.complete('a', uploadOf(`p${n}`), recordKey);
}

/** Uploads the photos from `first` to `last`, and returns those that failed with their errors. */
async function uploadAll(first: number, last: number) {
  const failures = new Map<number, string>();
  for (let n = first; n <= last; n += 1) {
    await upload(n).catch((error: unknown) => failures.set(n, String(error)));
  }
  return [...failures];
}

async function read() {
  const { entries } = await store.list({ client: 'a', first: 1000, after: null, status: null });
  return {
    photos: entries.map(({ photo }) => photo.id),
    completedUploads: await store.completedUploads(),
  };
}

limitFiles(sizeBytes);
const failures = await uploadAll(1, 100);
const whileFull = await read();
limitFiles('unlimited');
const failuresLater = await uploadAll(101, 200);
process.stdout.write(JSON.stringify({ failures, whileFull, failuresLater, atLast: await read() }));
