import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { listKeys } from '../src/access/key-commands.ts';
import { changeWebhook } from '../src/access/webhook-commands.ts';
import { makeWebhookSecret } from '../src/common/webhook-secret.ts';
import { askGateway } from '../src/webhooks/ask-gateway.ts';
import { socketPathIn } from '../src/webhooks/operator-socket.ts';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { makeKeysFile, startGuardedGateway } from './support/access-gateway.ts';
import { blocksOf, readDocument } from './support/documents.ts';
import { readFixture } from './support/fixtures.ts';
import { freePort } from './support/free-port.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { startLedgerProvider } from './support/ledger-provider.ts';
import { runProgram } from './support/run-program.ts';
import { spawnGateway } from './support/spawn-gateway.ts';
import { startGateway } from './support/start-gateway.ts';
import { readMetrics } from './support/telemetry-metrics.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';
import { startWebhookReceiver, webhookEnv } from './support/webhook-receiver.ts';
import { startWebhookSender, targetOf } from './support/webhook-sender.ts';

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

test('a receiver is told of a ready photo, with an address that works', async () => {
  await using receiver = await startWebhookReceiver();
  await using gateway = await startGateway(webhookEnv(receiver));
  const id = await uploadTo(gateway);
  const [webhook] = await receiver.until(1);
  expect(webhook).toMatchObject({
    type: 'photo.ready',
    webhookId: expect.stringMatching(/^msg_[\w-]{36}$/),
    headers: { 'content-type': 'application/json', 'user-agent': 'photo-gateway' },
    data: {
      id,
      client: 'everybody',
      status: 'READY',
      name: 'photo.jpg',
      repairType: 'REPAIR',
      background: null,
    },
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
  const replaced = { name: 'anna', url: 'https://replaced.example' };
  const [older = ''] = await changeWebhook(keys.path, replaced);
  const rotated = await changeWebhook(keys.path, { name: 'anna', rotate: true });
  expect(rotated).toEqual([expect.stringMatching(/^whsec_/), older]);
  expect(rotated[0]).not.toBe(older);
  await using own = await startWebhookReceiver(undefined, older);
  const moved = await run(keysCommand, env, 'webhook', 'anna', own.url);
  expect(moved).toMatchObject({ exitCode: 0, stdout: `${rotated.join(' ')}\n` });
  expect(moved.stderr).toContain('gateway sends nothing there unless WEBHOOK_PRIVATE_HOSTS names');
  expect(await listKeys(keys.path)).toMatch(new RegExp(`^anna .* ${own.url}$`, 'm'));

  await using gateway = await startGuardedGateway({ ...env, ...webhookEnv(all) });
  const ids = [await uploadTo(gateway, anna), await uploadTo(gateway, bert)];
  const told = (await all.until(2)).map(({ data }) => `${data.client} ${data.id}`);
  expect(told.toSorted()).toEqual([`key:anna ${ids[0]}`, `key:bert ${ids[1]}`]);
  const [{ data } = { data: {} }] = await own.until(1);
  expect(data).toMatchObject({ client: 'key:anna', id: ids[0] });

  for (const more of [{ rotate: true }, { remove: true }, { remove: true, url: own.url }]) {
    const both = changeWebhook(keys.path, { name: 'anna', retire: !('url' in more), ...more });
    await expect(both).rejects.toThrow('one of --rotate, --retire and --remove');
  }
  expect(await changeWebhook(keys.path, { name: 'anna', retire: true })).toEqual([rotated[0]]);
  expect(await changeWebhook(keys.path, { name: 'anna', remove: true })).toEqual([]);
  expect(await listKeys(keys.path)).not.toContain(own.url);
  const refused = changeWebhook(keys.path, { name: 'carl', url: own.url });
  await expect(refused).rejects.toThrow('carl has no key.');
  await expect(changeWebhook(keys.path, { name: 'anna' })).rejects.toThrow('give its address');
});

test('a receiver gets no address of a picture that nobody could reach', async () => {
  await using keys = await makeKeysFile();
  const anna = { 'x-api-key': await keys.add('anna') };
  const [secret] = await changeWebhook(keys.path, { name: 'anna', url: 'https://a.example' });
  await using own = await startWebhookReceiver(undefined, secret);
  await changeWebhook(keys.path, { name: 'anna', url: own.url });
  const everywhere = { HOST: '0.0.0.0', WEBHOOK_PRIVATE_HOSTS: '127.0.0.1' };
  await using gateway = await startGuardedGateway({ API_KEYS_FILE: keys.path, ...everywhere });
  await uploadTo(gateway, anna);
  const [webhook] = await own.until(1);
  expect(webhook?.data).toMatchObject({ status: 'READY', downloadUrl: null });
});

test('the receiver that the documents show verifies what is sent', async () => {
  const code = blocksOf(await readDocument('docs/webhooks.md'), 'js receiver');
  const secret = makeWebhookSecret();
  const port = await freePort();
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: root,
    env: { PATH: process.env['PATH'], WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('listening');
  const target = targetOf(`http://127.0.0.1:${port}`, secret);
  await using sender = await startWebhookSender({ anna: target });
  await sender.makeReady('p');
  expect((await lines.next()).value).toMatch(/^msg_\S+ photo\.ready p undefined$/);
});

test('a gateway that is killed before a webhook is taken sends it after it starts again', async () => {
  const answered = Promise.withResolvers<204>();
  await using receiver = await startWebhookReceiver((_webhook, earlier) =>
    earlier === 0 ? 'hang' : answered.promise,
  );
  await using provider = await startLedgerProvider();
  await using directory = await makeTemporaryDirectory();
  const store = { DATA_DIR: directory.path };
  const env = { ...provider.env, ...webhookEnv(receiver), ...store };
  const killed = await spawnGateway({ ...env, POLL_INTERVAL_MS: '20' });
  const id = await uploadTo(killed);
  await receiver.until(1);
  await killed.kill();
  const gateway = await spawnGateway(env);
  const webhooks = await receiver.until(2);
  expect(new Set(webhooks.map(({ webhookId }) => webhookId)).size).toBe(1);
  const [{ webhookId } = { webhookId: '' }] = webhooks;

  const whileItRuns = await run(webhooksCommand, store, 'list', '--json');
  expect(whileItRuns.stderr).toBe('');
  expect(JSON.parse(whileItRuns.stdout)).toEqual({
    webhooks: [
      {
        id: webhookId,
        receiver: 'WEBHOOK_URL',
        photoId: id,
        type: 'photo.ready',
        state: 'waiting',
        occurredAt: expect.any(String),
        attempts: 0,
        reason: null,
      },
    ],
  });
  answered.resolve(204);
  const path = socketPathIn(directory.path);
  await expect
    .poll(() => askGateway(path, { command: 'list', state: 'delivered', limit: 10 }))
    .toMatchObject({ webhooks: [{ id: webhookId }] });
  const again = await askGateway(path, { command: 'resend', ids: [webhookId] });
  expect(again).toEqual({ sentAgain: 1 });
  expect((await receiver.until(3))[2]?.webhookId).toBe(webhookId);

  expect(await gateway.stop()).toBe(0);
  const whileNoneRuns = await run(webhooksCommand, store, 'failed');
  expect(whileNoneRuns).toMatchObject({ exitCode: 0, stdout: 'None.\n', stderr: '' });
  expect((await run(webhooksCommand, store, 'resend')).stderr).toMatch(/^Usage:/);
});
