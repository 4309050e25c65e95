import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PhotoUpload, Photos } from '../src/photos/photos.ts';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import type { Store } from '../src/photos/store/store.ts';
import { startFaultyProvider, type FaultyProvider } from './support/fault-provider.ts';
import { startModule } from './support/start-module.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.alloc(5000)]);

/** The methods that write before a picture is sent, or if it is not sent. */
const WRITES = [
  'beginAttempt',
  'markIdempotencyRecordSent',
  'markIdempotencyRecordUnknown',
  'releaseAttempt',
  'takeUpload',
] as const;

let started: AsyncDisposableStack;
let provider: FaultyProvider;
let photos: Photos;
let writes: string[];
beforeEach(async () => {
  started = new AsyncDisposableStack();
  provider = started.use(await startFaultyProvider());
  const directory = started.use(await makeTemporaryDirectory());
  const store = await openSqliteStore({ directory: directory.path });
  started.defer(() => store.close());
  writes = [];
  const url = String(provider.env['PHOTO_API_URL']);
  const module = await startModule(url, {
    store: counting(store),
    uploadsPerDay: 10,
    uploadIdleTimeoutMs: 200,
    maxFileSizeBytes: 5100,
  });
  photos = started.use(module).photos;
});
afterEach(() => started.disposeAsync());

/** The store, recording its writes. */
function counting(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      if (WRITES.some((write) => write === name)) writes.push(String(name));
      const member: unknown = Reflect.get(target, name);
      return member;
    },
  });
}

function upload(bytes: AsyncIterable<Uint8Array>, rest: Partial<PhotoUpload> = {}) {
  return photos.upload({
    principal: { client: 'anna', uploadsPerDay: null, origin: 'http://localhost' },
    openFile: async () => ({ fileName: 'photo.jpg', bytes }),
    repairType: 'REPAIR',
    background: null,
    idempotencyKey: 'key',
    waitSeconds: 0,
    ...rest,
  });
}

const whole = (bytes: Buffer) => Readable.from([bytes]);
async function* silent(): AsyncGenerator<Uint8Array> {
  await new Promise(() => undefined);
  yield jpeg;
}

test.each([
  ['is not a picture', () => whole(Buffer.from('text')), {}, 'UNSUPPORTED_FILE_TYPE'],
  ['is empty', () => whole(Buffer.alloc(0)), {}, 'BAD_USER_INPUT'],
  ['is too large', () => whole(Buffer.concat([jpeg, jpeg])), {}, 'FILE_TOO_LARGE'],
  ['does not arrive', silent, {}, 'UPLOAD_FAILED'],
  ['needs a background', () => whole(jpeg), { repairType: 'REPLACE_BACKGROUND' }, 'BAD_USER_INPUT'],
] as const)('a keyed upload that %s writes nothing', async (_what, bytes, rest, code) => {
  await expect(upload(bytes(), rest)).rejects.toMatchObject({ code });
  expect(writes).toEqual([]);
  expect(provider.calls('upload')).toBe(0);
  expect(await upload(whole(jpeg))).toMatchObject({ id: 'photo-1' });
});

test.each([
  ['is cut off', whole(jpeg.subarray(0, 10)), { code: 'IDEMPOTENCY_KEY_REUSED' }],
  ['is not a picture', whole(Buffer.from('text')), { code: 'IDEMPOTENCY_KEY_REUSED' }],
  ['does not arrive', silent(), { id: 'photo-1' }],
  ['is the same', whole(jpeg), { id: 'photo-1' }],
])('a repeat whose picture %s still gets its answer', async (_what, bytes, expected) => {
  await upload(whole(jpeg));
  expect(await upload(bytes).catch((error: unknown) => error)).toMatchObject(expected);
  expect(provider.charges()).toBe(1);
});
