import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { listKeys } from '../src/access/key-commands.ts';
import { changeWebhook } from '../src/access/webhook-commands.ts';
import { askGateway } from '../src/webhooks/ask-gateway.ts';
import { socketPathIn } from '../src/webhooks/operator-socket.ts';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { makeKeysFile, startGuardedGateway } from './support/access-gateway.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { startLedgerProvider } from './support/ledger-provider.ts';
import { runProgram } from './support/run-program.ts';
import { spawnGateway } from './support/spawn-gateway.ts';
import { startGateway } from './support/start-gateway.ts';
import { readMetrics } from './support/telemetry-metrics.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';
import { startWebhookReceiver, webhookEnv } from './support/webhook-receiver.ts';

const file = await readFixture('landscape-small.jpg');
const root = fileURLToPath(new URL('..', import.meta.url));

async function uploadTo(gateway: { readonly endpoint: string }, headers = {}) {
  const variables = { file, repairType: 'REPAIR' } as const;
  return dataOf(await sendFile(gateway, UploadPhotoDocument, variables, headers)).uploadPhoto.id;
}

/** Runs what `npm run NAME` runs, without npm, which takes longer than all of it. */
function run(path: string, env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  return runProgram(process.execPath, [join(root, 'src', path), ...args], { env });
}

const keysCommand = 'access/keys-command.ts';
const webhooksCommand = 'webhooks-command.ts';

const listed = z.object({
  webhooks: z.array(z.object({ id: z.string(), photoId: z.string(), state: z.string() })),
});

test('a receiver is told of a ready photo, with an address that works', async () => {
  await using receiver = await startWebhookReceiver();
  await using gateway = await startGateway(webhookEnv(receiver));
  const id = await uploadTo(gateway);
  const [webhook] = await receiver.until(1);
  expect(webhook).toMatchObject({
    type: 'photo.ready',
    webhookId: expect.stringMatching(/^msg_[\w-]{36}$/),
    headers: { 'content-type': 'application/json', 'user-agent': 'photo-gateway' },
    data: { id, client: 'everybody', status: 'READY', repairType: 'REPAIR', background: null },
  });
  const picture = await fetch(webhook?.data.downloadUrl?.url ?? '');
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  const delivered = 'photo_gateway_webhook_attempts_total{outcome="delivered"}';
  const metrics = () => readMetrics(`${gateway.url}/metrics`);
  await expect.poll(async () => (await metrics()).of(delivered)).toBe(1);
  expect((await metrics()).of('photo_gateway_webhooks_waiting')).toBe(0);
});

test('a client with a key has a receiver of its own, which is told of its photos alone', async () => {
  await using all = await startWebhookReceiver();
  await using keys = await makeKeysFile();
  const anna = { 'x-api-key': await keys.add('anna') };
  const bert = { 'x-api-key': await keys.add('bert') };
  const env = { API_KEYS_FILE: keys.path };
  await using gateway = await startGuardedGateway({ ...env, ...webhookEnv(all) });
  const replaced = { name: 'anna', url: 'https://replaced.example' };
  const [older = ''] = await changeWebhook(keys.path, replaced);
  const rotated = await changeWebhook(keys.path, { name: 'anna', rotate: true });
  expect(rotated).toEqual([expect.stringMatching(/^whsec_/), older]);
  expect(rotated[0]).not.toBe(older);
  await using own = await startWebhookReceiver(undefined, older);
  const moved = await run(keysCommand, env, 'webhook', 'anna', own.url);
  expect(moved).toMatchObject({ exitCode: 0, stdout: `${rotated.join(' ')}\n` });
  expect(await listKeys(keys.path)).toMatch(new RegExp(`^anna .* ${own.url}$`, 'm'));
  await gateway.until(/API_KEYS_FILE has changed/);
  // The file may have been read before its last change.
  await expect
    .poll(async () => {
      await uploadTo(gateway, anna);
      return own.received.length;
    })
    .toBeGreaterThan(0);
  const id = await uploadTo(gateway, bert);
  await expect.poll(() => all.received.some(({ data }) => data.id === id)).toBe(true);
  expect(new Set(all.received.map(({ data }) => data.client))).toEqual(
    new Set(['key:anna', 'key:bert']),
  );
  expect(new Set(own.received.map(({ data }) => data.client))).toEqual(new Set(['key:anna']));
  expect(await changeWebhook(keys.path, { name: 'anna', retire: true })).toEqual([rotated[0]]);
  expect(await changeWebhook(keys.path, { name: 'anna', remove: true })).toEqual([]);
  expect(await listKeys(keys.path)).toMatch(/^anna .* -$/m);
  const refused = changeWebhook(keys.path, { name: 'carl', url: own.url });
  await expect(refused).rejects.toThrow('carl has no key.');
  await expect(changeWebhook(keys.path, { name: 'anna' })).rejects.toThrow('give its address');
});

test('a gateway that is killed before a webhook is taken sends it after it starts again', async () => {
  await using receiver = await startWebhookReceiver((_webhook, earlier) =>
    earlier < 2 ? 'hang' : 204,
  );
  await using provider = await startLedgerProvider();
  await using directory = await makeTemporaryDirectory();
  const env = { ...provider.env, ...webhookEnv(receiver), DATA_DIR: directory.path };
  const killed = await spawnGateway({ ...env, POLL_INTERVAL_MS: '20' });
  const id = await uploadTo(killed);
  await receiver.until(1);
  await killed.kill();
  // One that stops is told to give back what it sends.
  const stopped = await spawnGateway(env);
  await receiver.until(2);
  const store = { DATA_DIR: directory.path };
  const whileItRuns = await run(webhooksCommand, store, 'list', '--json');
  expect(whileItRuns.stderr).toBe('');
  expect(listed.parse(JSON.parse(whileItRuns.stdout)).webhooks).toEqual([
    expect.objectContaining({ photoId: id, state: 'waiting' }),
  ]);
  expect(await stopped.stop()).toBe(0);
  const last = await spawnGateway(env);
  const webhooks = await receiver.until(3);
  expect(new Set(webhooks.map(({ webhookId }) => webhookId)).size).toBe(1);
  const [{ webhookId } = { webhookId: '' }] = webhooks;
  const path = socketPathIn(directory.path);
  await expect
    .poll(() => askGateway(path, { command: 'list', state: 'delivered', limit: 10 }))
    .toMatchObject({ webhooks: [{ id: webhookId }] });
  const again = await run(webhooksCommand, store, 'resend', webhookId);
  expect([again.stdout, again.stderr]).toEqual(['1 are sent again.\n', '']);
  expect((await receiver.until(4))[3]?.webhookId).toBe(webhookId);
  expect(await last.stop()).toBe(0);
  const whileNoneRuns = await run(webhooksCommand, store, 'failed');
  expect(whileNoneRuns).toMatchObject({ exitCode: 0, stdout: 'None.\n', stderr: '' });
  const nowhere = { DATA_DIR: join(directory.path, 'none') };
  expect((await run(webhooksCommand, nowhere, 'failed')).stderr).toContain('holds no photos.db');
  expect((await run(webhooksCommand, store, 'resend')).stderr).toMatch(/^Usage:/);
});
