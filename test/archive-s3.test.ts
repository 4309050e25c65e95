import { parse } from 'content-disposition';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createSecret } from '../src/common/secret.ts';
import { describeArchive, type ArchiveFixture } from './support/archive-conformance.ts';
import { openS3Archive as openArchive } from './support/archive-s3-opened.ts';
import { startFaultyS3, type S3Call } from './support/archive-s3-faults.ts';
import {
  MIB,
  patternOf,
  pictureOf,
  readPicture,
  sourceEndingIn,
} from './support/archive-sources.ts';
import { startS3Server, startStrictS3Server, STRICT_KEY } from './support/s3-server.ts';

const NEVER = new AbortController().signal;
const ORIGIN = 'http://127.0.0.1:1';
const LARGE = patternOf(12 * MIB + 4);

const soon = () => new Date(Date.now() + 60_000);
const isSecondPart = ({ query }: S3Call) => query.get('partNumber') === '2';
const isAbandoning = ({ method, query }: S3Call) => method === 'DELETE' && query.has('uploadId');

async function openS3Fixture(): Promise<ArchiveFixture> {
  const server = await startS3Server();
  const archive = openArchive(server);
  return {
    archive,
    origin: ORIGIN,
    leftovers: () => server.uploadsUnderWay(),
    async [Symbol.asyncDispose]() {
      await archive.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

describeArchive('S3', openS3Fixture);

describe('an address of S3', () => {
  test('is signed for one picture', async () => {
    await using server = await startStrictS3Server();
    await using archive = openArchive(server);
    const picture = await readPicture();
    await archive.put('mine', pictureOf(picture), NEVER);
    await archive.put('other', pictureOf(picture), NEVER);
    const address = await archive.address('mine', { origin: ORIGIN, expiresAt: soon() });
    const response = await fetch(address);
    expect(response.status).toBe(200);
    expect(await response.bytes()).toEqual(new Uint8Array(picture));
    const forged = address.replace('/mine?', '/other?');
    expect(forged).not.toBe(address);
    expect((await fetch(forged)).status).toBe(403);
  });

  test('makes a browser save the picture under the name that it has', async () => {
    await using server = await startStrictS3Server();
    await using archive = openArchive(server);
    await archive.put('mine', pictureOf(await readPicture()), NEVER);
    const addressFor = (fileName: string) =>
      archive.address('mine', { origin: ORIGIN, expiresAt: soon(), fileName });
    const address = await addressFor('Wedding "1"-restored.jpg');
    const response = await fetch(address);
    expect(response.status).toBe(200);
    expect(parse(response.headers.get('content-disposition') ?? '')).toEqual({
      type: 'inline',
      parameters: { filename: 'Wedding "1"-restored.jpg' },
    });
    await response.body?.cancel();
    const forged = address.replace('restored.jpg', 'other.jpg');
    expect(forged).not.toBe(address);
    expect((await fetch(forged)).status).toBe(403);
    // The server of this test signs "'" and "*" in another way than S3 does, so it refuses this one.
    const query = new URL(await addressFor('祖母-restored.jpg')).searchParams;
    const header = query.get('response-content-disposition') ?? '';
    expect(header).toMatch(/^[ -~]+$/);
    expect(parse(header).parameters).toEqual({ filename: '祖母-restored.jpg' });
  });

  test('is signed for a large picture that was stored in parts, ranges included', async () => {
    await using server = await startStrictS3Server();
    await using archive = openArchive(server);
    await archive.put('large', pictureOf(LARGE), NEVER);
    const address = await archive.address('large', { origin: ORIGIN, expiresAt: soon() });
    const part = await fetch(address, {
      headers: { range: `bytes=${LARGE.length - 16}-${LARGE.length - 1}` },
    });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(LARGE.subarray(-16))).toBe(true);
  });

  test('works until it expires, and no longer', async () => {
    await using server = await startStrictS3Server();
    const now = Date.now() - 120_000;
    await using archive = openArchive(server, { now: () => now });
    await archive.put('mine', pictureOf(await readPicture()), NEVER);
    const statusUntil = async (expiresAtMs: number) => {
      const expiresAt = new Date(expiresAtMs);
      return (await fetch(await archive.address('mine', { origin: ORIGIN, expiresAt }))).status;
    };
    expect(await statusUntil(Date.now() + 60_000)).toBe(200);
    expect(await statusUntil(Date.now() - 60_000)).toBe(403);
  });

  test('contains the session of temporary credentials, and no secret', async () => {
    await using archive = openArchive(
      { endpoint: ORIGIN },
      {
        credentials: {
          accessKeyId: 'temporary',
          secretAccessKey: createSecret('a secret that no client may see'),
          sessionToken: createSecret('session'),
        },
      },
    );
    const address = new URL(await archive.address('mine', { origin: ORIGIN, expiresAt: soon() }));
    expect(address.searchParams.get('X-Amz-Security-Token')).toBe('session');
    expect(decodeURIComponent(address.href)).not.toContain('a secret');
  });

  test.each([
    [undefined, undefined, 'https://photos.s3.eu-central-1.amazonaws.com/finished/pictures/mine'],
    ['https://s3.example.com', undefined, 'https://s3.example.com/photos/finished/pictures/mine'],
    ['https://s3.example.com', false, 'https://photos.s3.example.com/finished/pictures/mine'],
  ])('points to the bucket at its service (%s, path style: %s)', async (...example) => {
    const [endpoint, pathStyle, expected] = example;
    await using archive = openArchive({ endpoint: ORIGIN }, { endpoint, pathStyle });
    const address = await archive.address('mine', { origin: ORIGIN, expiresAt: soon() });
    expect(address.split('?')[0]).toBe(expected);
  });
});

test('a small picture is stored in S3 with one request, and a large one with as few as possible', async () => {
  await using server = await startS3Server();
  await using proxy = await startFaultyS3(server.endpoint, () => 'pass');
  await using archive = openArchive(proxy);
  await archive.put('small', pictureOf(await readPicture()), NEVER);
  await archive.put('large', pictureOf(LARGE), NEVER);
  const methods = proxy.calls.map(({ method }) => method);
  expect(methods).toEqual(['PUT', 'POST', 'PUT', 'PUT', 'PUT', 'POST']);
});

describe('a picture that S3 does not store completely', () => {
  test('leaves no parts, and fails with S3’s own error', async () => {
    await using server = await startS3Server();
    await using proxy = await startFaultyS3(server.endpoint, (call) =>
      isSecondPart(call) ? 'refuse' : 'pass',
    );
    await using archive = openArchive(proxy);
    const { bytes, returned } = sourceEndingIn(LARGE, 'silence');
    const put = archive.put('refused', { mediaType: 'image/png', bytes }, NEVER);
    await expect(put).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    await returned;
    expect(proxy.calls.filter(isSecondPart).length).toBeGreaterThan(1);
    expect(await server.uploadsUnderWay()).toEqual([]);
  });

  test('leaves no parts if it is aborted while a part hangs', async () => {
    await using server = await startS3Server();
    const hanging = Promise.withResolvers<void>();
    await using proxy = await startFaultyS3(server.endpoint, (call) => {
      if (!isSecondPart(call)) return 'pass';
      hanging.resolve();
      return 'hang';
    });
    await using archive = openArchive(proxy);
    const controller = new AbortController();
    const put = archive.put('hung', pictureOf(LARGE), controller.signal);
    const outcome = Promise.allSettled([put]);
    await hanging.promise;
    expect(await server.uploadsUnderWay()).toHaveLength(1);
    const reason = new Error('no time left');
    controller.abort(reason);
    expect(await outcome).toEqual([{ status: 'rejected', reason }]);
    expect(await server.uploadsUnderWay()).toEqual([]);
  });

  test('is aborted if S3 accepts no byte for too long', async () => {
    await using server = await startS3Server();
    await using proxy = await startFaultyS3(server.endpoint, ({ method }) =>
      method === 'PUT' ? 'hang' : 'pass',
    );
    await using archive = openArchive(proxy, { idleTimeoutMs: 50 });
    const put = archive.put('hung', pictureOf(await readPicture()), NEVER);
    await expect(put).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('is logged if its parts cannot be deleted', async () => {
    await using server = await startS3Server();
    await using proxy = await startFaultyS3(server.endpoint, (call) =>
      isAbandoning(call) ? 'refuse' : 'pass',
    );
    const lines: string[] = [];
    const log = { warn: (...line: unknown[]) => void lines.push(inspect(line)) };
    await using archive = openArchive(proxy, { log });
    const cause = new Error('the source broke');
    const { bytes } = sourceEndingIn(LARGE, cause);
    const put = archive.put('left', { mediaType: 'image/png', bytes }, NEVER);
    await expect(put).rejects.toBe(cause);
    expect(lines).toEqual([expect.stringContaining('Parts of a picture are left behind')]);
    expect(lines[0]).toContain('finished/pictures/left');
  });
});

describe('an archive in S3 that cannot be written to', () => {
  test('says so: no such bucket', async () => {
    await using server = await startS3Server();
    await using archive = openArchive(server, { bucket: 'nobodys-bucket' });
    const refusal = { name: 'NoSuchBucket' };
    await expect(archive.check(NEVER)).rejects.toMatchObject(refusal);
    const put = archive.put('lost', pictureOf(await readPicture()), NEVER);
    await expect(put).rejects.toMatchObject(refusal);
  });

  test('says so: wrong credentials, which it does not repeat', async () => {
    await using server = await startStrictS3Server();
    const secretAccessKey = createSecret('a wrong secret');
    await using archive = openArchive(server, {
      credentials: { accessKeyId: STRICT_KEY, secretAccessKey },
    });
    const picture = pictureOf(await readPicture());
    const attempts = [archive.check(NEVER), archive.put('lost', picture, NEVER)];
    const failures = await Promise.allSettled(attempts);
    expect(failures).toMatchObject([
      { reason: { name: 'SignatureDoesNotMatch' } },
      { reason: { name: 'SignatureDoesNotMatch' } },
    ]);
    expect(inspect(failures, { depth: null })).not.toContain('a wrong secret');
  });

  test('says so: connection refused', async () => {
    await using archive = openArchive({ endpoint: ORIGIN });
    await expect(archive.check(NEVER)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
