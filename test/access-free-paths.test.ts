import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DownloadUrlDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import {
  makeKeysFile,
  startGuardedGateway,
  type GuardedGateway,
} from './support/access-gateway.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';

const origin = 'https://app.example.com';
const started = new AsyncDisposableStack();
let gateway: GuardedGateway;
let key: string;

beforeAll(async () => {
  const keys = started.use(await makeKeysFile());
  key = await keys.add('anna');
  const env = { API_KEYS_FILE: keys.path, CORS_ORIGINS: origin };
  gateway = started.use(await startGuardedGateway(env));
});
afterAll(() => started.disposeAsync());

describe('no key is required', () => {
  test.each(['/health', '/ready'])('at %s', async (path) => {
    expect((await fetch(gateway.url + path)).status).toBe(200);
  });

  test('for the explorer and its files', async () => {
    const page = await fetch(gateway.endpoint, { headers: { accept: 'text/html' } });
    const html = await page.text();
    const script = /src="([^"]+\.js)"/.exec(html)?.[1] ?? '';
    const response = await fetch(new URL(script, gateway.endpoint));
    expect(response.headers.get('content-type')).toContain('text/javascript');
    await response.bytes();
  });

  test('for an archived picture, whose address is signed', async () => {
    const file = await readFixture('landscape-small.jpg');
    const headers = { 'x-api-key': key };
    const variables = { file, repairType: 'REPAIR', waitSeconds: 20 } as const;
    const uploaded = await sendFile(gateway, UploadPhotoDocument, variables, headers);
    const { id } = dataOf(uploaded).uploadPhoto;
    const address = async () => {
      const result = await send(gateway, DownloadUrlDocument, { id }, headers);
      return dataOf(result).downloadUrl.url;
    };
    await expect.poll(address).toContain(`${gateway.url}/`);
    const picture = await fetch(await address());
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    await picture.bytes();
  });

  test('for a preflight request, and a page may read the refusal', async () => {
    const asked = await fetch(gateway.endpoint, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-api-key',
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-headers')).toMatch(/authorization.*x-api-key/);
    const refused = await fetch(gateway.endpoint, { headers: { origin } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
  });
});

test('a refusal has the requested type', async () => {
  for (const [accept, type] of [
    ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['text/event-stream', 'application/json; charset=utf-8'],
  ] as const) {
    const response = await fetch(gateway.endpoint, { headers: { accept } });
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toBe(type);
  }
});
