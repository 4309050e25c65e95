import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { createUploadConcurrencyLimiter } from '../src/photos/uploads/upload-concurrency.ts';
import { readFixture } from './support/fixtures.ts';
import { failureOf, sendFile } from './support/graphql-client.ts';
import { field, file as filePart, openForm, startForm } from './support/multipart-client.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { jpegStart, startSlowUpload } from './support/slow-upload.ts';
import { startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { from, type Sender } from './support/traffic-transports.ts';
import { startSharedGateway } from './support/traffic-gateway.ts';

const file = await readFixture('landscape-small.jpg');
const rateLimited = {
  code: 'RATE_LIMITED',
  retryable: true,
  retryAfterMs: 2000,
  charged: false,
  message: expect.stringContaining('your uploads'),
};

async function upload(gateway: { readonly endpoint: string }, sender: Sender, bytes: Blob = file) {
  const variables = { file: bytes, repairType: 'REPAIR' } as const;
  return sendFile(gateway, UploadPhotoDocument, variables, sender);
}

const codeOf = async (sent: ReturnType<typeof upload>) => {
  const result = await sent;
  return result.errors ? failureOf(result)['code'] : null;
};

let reply: PromiseWithResolvers<Answer>;
let started: AsyncDisposableStack;
let provider: Awaited<ReturnType<typeof startScriptedProvider>>;

beforeEach(async () => {
  started = new AsyncDisposableStack();
  reply = Promise.withResolvers();
  provider = started.use(
    await startScriptedProvider(({ endpoint }, earlier) => {
      if (endpoint !== 'upload') return answers.processing;
      return earlier === 0 ? reply.promise : answers.uploaded(`later-${earlier}`);
    }),
  );
});
afterEach(() => started.disposeAsync());

async function startWith(env: Readonly<Record<string, string>> = {}) {
  const limits = { MAX_CONCURRENT_UPLOADS_PER_CLIENT: '1', ARCHIVE_URL: 'off' };
  return started.use(await startSharedGateway({ ...provider.env, ...limits, ...env }));
}

describe('of one client', () => {
  test('a limited number of uploads run at a time, whatever other clients upload', async () => {
    const { endpoint, anna, bert } = await startWith();
    const first = upload({ endpoint }, anna);
    await expect.poll(() => provider.uploads.length).toBe(1);
    expect(failureOf(await upload({ endpoint }, anna))).toEqual(rateLimited);
    expect(await codeOf(upload({ endpoint }, bert))).toBeNull();
    reply.resolve(answers.uploaded('first'));
    expect(await codeOf(first)).toBeNull();
    expect(await codeOf(upload({ endpoint }, anna))).toBeNull();
  });

  test('one more upload waits briefly for a slot', async () => {
    const { endpoint, anna } = await startWith();
    const first = upload({ endpoint }, anna);
    await expect.poll(() => provider.uploads.length).toBe(1);
    const second = upload({ endpoint }, anna);
    reply.resolve(answers.uploaded('first'));
    expect(await codeOf(first)).toBeNull();
    expect(await codeOf(second)).toBeNull();
    expect(provider.mostAtOnce('upload')).toBe(1);
  });

  test('an upload over the limit is refused before its file is read', async () => {
    const { endpoint, anna } = await startWith();
    const first = upload({ endpoint }, anna);
    await expect.poll(() => provider.uploads.length).toBe(1);
    const { request, answer } = startForm(endpoint, { headers: anna });
    const query =
      'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';
    request.write(
      openForm([
        field('operations', { query, variables: { file: null } }),
        field('map', { 0: ['variables.file'] }),
        filePart('0', ''),
      ]),
    );
    expect(await answer).toMatchObject({ body: { errors: [{ extensions: { charged: false } }] } });
    request.destroy();
    reply.resolve(answers.uploaded('first'));
    await first;
  });

  test.each<readonly [string, Answer, string]>([
    ['is refused by the provider', answers.failure(9006), 'UPLOAD_FAILED'],
    ['is not answered', 'reset', 'UPSTREAM_UNAVAILABLE'],
    ['gets an invalid answer', { text: '<html>' }, 'UPSTREAM_INVALID_RESPONSE'],
  ])('an upload that %s frees its slot', async (_what, answer, code) => {
    const { endpoint, anna } = await startWith();
    const first = upload({ endpoint }, anna);
    await expect.poll(() => provider.uploads.length).toBe(1);
    reply.resolve(answer);
    expect(await codeOf(first)).toBe(code);
    expect(await codeOf(upload({ endpoint }, anna))).toBeNull();
  });

  test('an upload over the allowance, or of a file that is not a picture, frees its slot', async () => {
    const { endpoint, anna, bert } = await startWith({ UPLOADS_PER_DAY: '1' });
    reply.resolve(answers.uploaded('first'));
    const text = new Blob(['not a picture, but long enough to be checked']);
    expect(await codeOf(upload({ endpoint }, anna, text))).toBe('UNSUPPORTED_FILE_TYPE');
    expect(await codeOf(upload({ endpoint }, anna))).toBeNull();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const failure = failureOf(await upload({ endpoint }, anna));
      expect(failure['message']).toContain('uploads of today');
    }
    expect(await codeOf(upload({ endpoint }, bert))).toBeNull();
  });
});

/** An upload that has its slot, and has sent only the beginning of its file. */
async function startHeldUpload(gateway: RunningGateway) {
  const slow = startSlowUpload(gateway);
  slow.write(jpegStart);
  await expect.poll(async () => codeOf(upload(gateway, {}))).toBe('RATE_LIMITED');
  return slow;
}

describe('of one address with AUTH=open', () => {
  const home = from('203.0.113.1');
  let gateway: RunningGateway;

  beforeEach(async () => {
    const env = { TRUSTED_PROXIES: '127.0.0.1', MAX_CONCURRENT_UPLOADS_PER_CLIENT: '1' };
    gateway = started.use(await startGatewayOf({ ...provider.env, ...env }));
    reply.resolve(answers.uploaded('first'));
  });

  test('a limited number of uploads run at a time, and those of others are not affected', async () => {
    const slow = await startHeldUpload(gateway);
    expect(await codeOf(upload(gateway, home))).toBeNull();
    slow.end();
    expect(await codeOf(slow.result)).toBeNull();
    expect(await codeOf(upload(gateway, {}))).toBeNull();
  });

  test('an upload whose client has disconnected frees its slot', async () => {
    const slow = await startHeldUpload(gateway);
    slow.abort();
    expect(await codeOf(upload(gateway, {}))).toBeNull();
  });
});

test('a client with too many uploads does not block the others', async () => {
  const limiter = createUploadConcurrencyLimiter({ all: 2, each: 1, timeoutMs: 60_000 });
  const ran: string[] = [];
  const held = Promise.withResolvers<void>();
  async function run(holder: string, name: string, until?: Promise<void>) {
    using own = await limiter.takeOwn(holder);
    using shared = await limiter.takeShared(holder);
    ran.push(name);
    await until;
    return [own, shared];
  }
  const all = [run('anna', 'first', held.promise), run('anna', 'second'), run('anna', 'third')];
  await run('bert', 'other');
  expect(ran).toEqual(['first', 'other']);
  held.resolve();
  await Promise.all(all);
  expect(ran).toEqual(['first', 'other', 'second', 'third']);
});

test('a client that sends slowly leaves slots to new clients', async () => {
  const limiter = createUploadConcurrencyLimiter({ all: 128, each: 32, timeoutMs: 60_000 });
  const over = Promise.withResolvers<void>();
  let sending = 0;
  async function sendSlowly(holder: string) {
    using own = await limiter.takeOwn(holder);
    using shared = await limiter.takeShared(holder);
    sending += 1;
    await over.promise;
    return [own, shared];
  }
  const slow = ['mallory', 'oscar', 'trudy', 'eve', 'walter'].flatMap((holder) =>
    Array.from({ length: 32 }, () => sendSlowly(holder)),
  );
  await expect.poll(() => sending).toBeGreaterThan(100);
  {
    using own = await limiter.takeOwn('anna');
    using shared = await limiter.takeShared('anna');
    expect([own, shared]).toHaveLength(2);
    expect(sending).toBeLessThan(128);
  }
  over.resolve();
  await Promise.all(slow);
  expect(sending).toBe(160);
});

test('clients that wait for one of the shared slots take turns, however many each waits for', async () => {
  const limiter = createUploadConcurrencyLimiter({ all: 2, each: 9, timeoutMs: 60_000 });
  const ran: string[] = [];
  const first = await limiter.takeShared('anna');
  const second = await limiter.takeShared('bert');
  const waiting = ['anna', 'anna', 'anna', 'carl', 'bert'].map(async (holder) => {
    using place = await limiter.takeShared(holder);
    ran.push(holder);
    return place;
  });
  first[Symbol.dispose]();
  second[Symbol.dispose]();
  await Promise.all(waiting);
  expect(ran.slice(0, 3).toSorted()).toEqual(['anna', 'bert', 'carl']);
});
