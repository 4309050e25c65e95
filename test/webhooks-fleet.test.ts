import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { startFleet } from './support/fleet-gateways.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { startLedgerProvider } from './support/ledger-provider.ts';
import { runProgram } from './support/run-program.ts';
import { startWebhookReceiver, webhookEnv } from './support/webhook-receiver.ts';

const file = await readFixture('landscape-small.jpg');
const command = fileURLToPath(new URL('../src/webhooks-command.ts', import.meta.url));

function webhooks(databaseUrl: string, ...args: readonly string[]) {
  const env = { DATABASE_URL: databaseUrl };
  return runProgram(process.execPath, [command, ...args], { env });
}

test('two gateways of a fleet send each webhook once, and again when asked', async () => {
  await using receiver = await startWebhookReceiver();
  await using provider = await startLedgerProvider();
  await using fleet = await startFleet({ ...provider.env, ...webhookEnv(receiver) });
  const uploads = Array.from({ length: 12 }, async (_, index) => {
    const gateway = fleet.gateways[index % 2 === 0 ? 0 : 1];
    const blob = new Blob([file, new Uint8Array(index)]);
    const variables = { file: blob, repairType: 'REPAIR' } as const;
    return dataOf(await sendFile(gateway, UploadPhotoDocument, variables)).uploadPhoto.id;
  });
  const ids = await Promise.all(uploads);
  await receiver.until(ids.length);
  await expect
    .poll(async () => (await webhooks(fleet.databaseUrl, 'list', '--state', 'waiting')).stdout)
    .toBe('None.\n');
  expect(receiver.received.map(({ data }) => data.id).toSorted()).toEqual(ids.toSorted());
  expect(new Set(receiver.received.map(({ webhookId }) => webhookId)).size).toBe(ids.length);

  const [{ webhookId } = { webhookId: '' }] = receiver.received;
  const again = await webhooks(fleet.databaseUrl, 'resend', webhookId, '--json');
  expect(JSON.parse(again.stdout)).toEqual({ sentAgain: 1 });
  expect((await receiver.until(ids.length + 1)).at(-1)?.webhookId).toBe(webhookId);
});
