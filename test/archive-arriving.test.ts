import { hash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DownloadUrlDocument } from '../schema/typed/graphql.ts';
import { STRICT_KEY, startS3Server } from './support/s3-server.ts';
import { readPicture } from './support/archive-sources.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { listen } from './support/listen.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const file = await readFixture('landscape-small.jpg');
const picture = await readPicture('landscape-small.jpg');
const ETAG = `"${hash('sha256', picture)}"`;
const APP = 'https://app.example.com';

/** A gateway whose provider is done at once, and holds its pictures back until the test lets them go. */
async function openModule(env: Readonly<Record<string, string>> = {}) {
  await using opened = new AsyncDisposableStack();
  const held: ServerResponse[] = [];
  const requested = Promise.withResolvers<void>();
  let requests = 0;
  let isHeld = true;
  const results = opened.use(
    await listen(
      createServer((_req, res) => {
        requests += 1;
        requested.resolve();
        if (isHeld) held.push(res);
        else res.end(picture);
      }),
    ),
  );
  const resultUrl = `${results.url}/p.jpg`;
  const provider = opened.use(
    await startScriptedProvider(({ endpoint }) => {
      if (endpoint === 'upload') return answers.uploaded('p');
      return endpoint === 'status'
        ? answers.ready
        : { body: { code: 200, data: { url: resultUrl } } };
    }),
  );
  const directory = opened.use(await makeTemporaryDirectory());
  const settings = {
    ...provider.env,
    ARCHIVE_URL: '',
    DATA_DIR: directory.path,
    CORS_ORIGINS: APP,
    ...env,
  };
  let gateway: RunningGateway = await startGatewayOf(settings);
  opened.defer(() => gateway.close());
  const running = opened.move();

  async function restore() {
    const variables = { file, repairType: 'REPAIR', waitSeconds: 30 } as const;
    const sent = await sendFile<Restored, typeof variables>(gateway, RESTORE, variables);
    return dataOf(sent).uploadPhoto;
  }

  return {
    restore,
    /** How often the provider was asked for the picture itself. */
    requests: () => requests,
    requested: requested.promise,
    release() {
      isHeld = false;
      for (const res of held.splice(0)) res.end(picture);
    },
    resultUrl,
    archivePath: join(directory.path, 'archive'),
    askAgain: () => send(gateway, DownloadUrlDocument, { id: 'p' }),
    origin: () => gateway.url,
    async restart() {
      const { port } = new URL(gateway.url);
      await gateway.close();
      gateway = await startGatewayOf({ ...settings, PORT: port });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface Restored {
  readonly uploadPhoto: {
    readonly expiresAt: string;
    readonly downloadUrl: { readonly url: string; readonly expiresAt: string };
  };
}

const RESTORE = `mutation ($file: Upload!, $repairType: RepairType!, $waitSeconds: Int) {
  uploadPhoto(file: $file, repairType: $repairType, waitSeconds: $waitSeconds) {
    expiresAt
    downloadUrl { url expiresAt }
  }
}`;

async function read(address: string, init: RequestInit = {}) {
  const response = await fetch(address, { redirect: 'manual', ...init });
  const { status, headers } = response;
  return { status, headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('a picture that is ready and not archived yet', () => {
  test('has the gateway’s own address, which waits for it and works like that of any other', async () => {
    await using module = await openModule();
    const { downloadUrl, expiresAt } = await module.restore();
    expect(downloadUrl.url).toContain(`${module.origin()}/archive/p?`);
    expect(downloadUrl.expiresAt).toBe(expiresAt);
    const headers = { origin: APP };
    const waiting = [
      read(downloadUrl.url, { headers }),
      read(downloadUrl.url, { method: 'HEAD' }),
      read(downloadUrl.url, { headers: { range: 'bytes=5-9' } }),
    ] as const;
    await module.requested;
    module.release();
    const [whole, head, part] = await Promise.all(waiting);
    expect(whole).toMatchObject({ status: 200, bytes: picture });
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'access-control-allow-origin': APP,
      'content-type': 'image/jpeg',
      etag: ETAG,
    });
    expect(head.headers.get('content-length')).toBe(String(picture.length));
    expect(part).toMatchObject({ status: 206, bytes: picture.subarray(5, 10) });
    expect(module.requests()).toBe(1);
  });

  test('arrives at its address after a restart', async () => {
    await using module = await openModule();
    const { downloadUrl } = await module.restore();
    await module.requested;
    await module.restart();
    module.release();
    expect(await read(downloadUrl.url)).toMatchObject({ status: 200, bytes: picture });
  });

  test('is passed on from the provider while the archive cannot be written to', async () => {
    await using module = await openModule();
    await rm(join(module.archivePath, 'incoming'), { recursive: true });
    module.release();
    const { downloadUrl } = await module.restore();
    const { status, bytes, headers } = await read(downloadUrl.url, { headers: { origin: APP } });
    expect({ status, bytes }).toEqual({ status: 200, bytes: picture });
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': APP,
      'content-type': 'image/jpeg',
      'cache-control': 'private, no-store',
    });
    const head = await read(downloadUrl.url, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, bytes: Buffer.alloc(0) });
    expect(head.headers.get('content-type')).toBe('image/jpeg');
  });

  test('is redirected to where the gateway may not fetch it', async () => {
    await using module = await openModule({ PHOTO_RESULT_HOSTS: 'elsewhere.example' });
    const { downloadUrl } = await module.restore();
    const { status, headers } = await read(downloadUrl.url);
    expect([status, headers.get('location')]).toEqual([302, module.resultUrl]);
  });
});

describe('with a bucket', () => {
  test('the gateway’s own address works before the picture is there and after, and new ones are the bucket’s', async () => {
    await using server = await startS3Server();
    await using module = await openModule({
      ARCHIVE_URL: `s3://${server.bucket}/kept`,
      S3_ENDPOINT: server.endpoint,
      S3_ACCESS_KEY_ID: STRICT_KEY,
      S3_SECRET_ACCESS_KEY: STRICT_KEY,
    });
    const { downloadUrl } = await module.restore();
    expect(downloadUrl.url).toContain(`${module.origin()}/archive/p?`);
    const early = read(downloadUrl.url, { headers: { origin: APP } });
    await module.requested;
    module.release();
    const { status, bytes, headers } = await early;
    expect({ status, bytes }).toEqual({ status: 200, bytes: picture });
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': APP,
      'accept-ranges': 'bytes',
      'content-length': String(picture.length),
      etag: ETAG,
    });
    const range = 'bytes=5-9';
    const part = await read(downloadUrl.url, { headers: { range, 'if-range': ETAG } });
    expect(part).toMatchObject({ status: 206, bytes: picture.subarray(5, 10) });
    expect(part.headers.get('content-range')).toBe(`bytes 5-9/${picture.length}`);
    const other = await read(downloadUrl.url, { headers: { range, 'if-range': '"other"' } });
    expect(other).toMatchObject({ status: 200, bytes: picture });
    const behind = await read(downloadUrl.url, { headers: { range: 'bytes=9999999-' } });
    expect(behind.status).toBe(416);
    const known = await read(downloadUrl.url, { headers: { 'if-none-match': `W/"x", ${ETAG}` } });
    expect(known.status).toBe(304);
    const head = await read(downloadUrl.url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(picture.length));

    const later = dataOf(await module.askAgain()).downloadUrl.url;
    expect(later).toContain(`${server.endpoint}/${server.bucket}/kept/p?`);
    expect((await read(later)).bytes.equals(picture)).toBe(true);
    expect(module.requests()).toBe(1);
  });
});
