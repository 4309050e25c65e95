import { print } from 'graphql';
import { expect, test } from 'vitest';
import {
  DownloadUrlDocument,
  PhotoDocument,
  PhotoReadyDocument,
  PhotosDocument,
  PhotosReadyDocument,
  PhotoStatusDocument,
  QuotaDocument,
  UploadPhotoDocument,
} from '../schema/typed/graphql.ts';
import { changeWebhook } from '../src/access/webhook-commands.ts';
import { makeKeysFile } from './support/access-gateway.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { startCollector } from './support/telemetry-collector.ts';
import { startObservedGateway, type ObservedGateway } from './support/telemetry-gateway.ts';
import { faults, startInterceptedProvider } from './support/telemetry-intercepted-provider.ts';
import { startWebhookReceiver, webhookEnv } from './support/webhook-receiver.ts';

const file = await readFixture('landscape-small.jpg');
const wrongKey = `pgk_${'w'.repeat(43)}`;
const wrongToken = `eyJhbGciOiJIUzI1NiJ9.${'p'.repeat(30)}.${'s'.repeat(43)}`;

type Headers = Readonly<Record<string, string>>;

/** Sends every query, and both subscriptions. */
async function askEverything(gateway: ObservedGateway, id: string, headers: Headers) {
  const documents = [
    PhotoStatusDocument,
    DownloadUrlDocument,
    PhotoDocument,
    PhotosDocument,
    QuotaDocument,
  ];
  for (const document of documents) {
    await send<unknown, object>(gateway, print(document), { id, first: 5 }, headers);
  }
  for (const document of [PhotoReadyDocument, PhotosReadyDocument]) {
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query: print(document), variables: { id, ids: [id] } }),
    });
    await response.text();
  }
}

test('no secret, token, key, signature or file name is in a log line, a metric or a span', async () => {
  await using collector = await startCollector();
  await using provider = await startInterceptedProvider();
  await using keys = await makeKeysFile();
  const key = await keys.add('anna');
  await using receiver = await startWebhookReceiver(() => 500);
  const [ownSecret = ''] = await changeWebhook(keys.path, {
    name: 'anna',
    url: `${receiver.url}/?their=token-of-the-receiver`,
  });
  await using gateway = await startObservedGateway({
    ...provider.env,
    ...webhookEnv(receiver),
    AUTH: 'required',
    API_KEYS_FILE: keys.path,
    ARCHIVE_URL: '',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    UPSTREAM_TIMEOUT_MS: '200',
    UPLOAD_TIMEOUT_MS: '300',
    WAIT_TIMEOUT_MS: '300',
    LOG_LEVEL: 'trace',
  });
  const headers = { authorization: `Bearer ${key}` };
  const variables = { file, repairType: 'REPAIR', idempotencyKey: 'their-key' } as const;

  const { uploadPhoto } = dataOf(await sendFile(gateway, UploadPhotoDocument, variables, headers));
  await askEverything(gateway, uploadPhoto.id, headers);
  await expect
    .poll(async () => (await gateway.metrics()).of('photo_gateway_archive_kept_total'))
    .toBe(1);
  const { downloadUrl } = dataOf(
    await send(gateway, DownloadUrlDocument, { id: uploadPhoto.id }, headers),
  );
  const signature = new URL(downloadUrl.url).searchParams.get('signature') ?? '';
  for (const address of [downloadUrl.url, `${downloadUrl.url}x`]) {
    await (await fetch(address)).arrayBuffer();
  }
  for (const credential of [wrongKey, wrongToken]) {
    await askEverything(gateway, 'a', { authorization: `Bearer ${credential}` });
    await sendFile(gateway, UploadPhotoDocument, variables, { 'x-api-key': credential });
  }
  for (const fault of Object.values(faults)) {
    provider.fault = fault;
    await askEverything(gateway, uploadPhoto.id, headers);
    await askEverything(gateway, 'another', headers);
    await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'COLORIZE' }, headers);
  }
  await send(gateway, '{ malformed', {}, headers);
  const webhooks = 'photo_gateway_webhook_attempts_total{outcome="retried"}';
  await expect.poll(async () => (await gateway.metrics()).of(webhooks)).toBeGreaterThan(1);

  const { text } = await gateway.metrics();
  await gateway.close();
  const shown = [...gateway.lines, text, ...collector.bodies].join('\n');
  expect(gateway.lines.length).toBeGreaterThan(100);
  expect(collector.spans.length).toBeGreaterThan(100);
  expect(signature).toMatch(/^[\w-]{43}$/);
  const digests = new Set(provider.tokens.filter(Boolean).map((token) => token.slice(0, 32)));
  expect(digests.size).toBeGreaterThan(1);
  const hidden = [
    ...digests,
    provider.secretKey,
    key,
    wrongKey,
    wrongToken,
    signature,
    receiver.secret,
    ownSecret,
    'token-of-the-receiver',
    'photo.jpg',
  ];
  for (const secret of hidden) expect(shown.toLowerCase()).not.toContain(secret.toLowerCase());
}, 60_000);
