import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { QuotaDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { launchGateway, type LaunchedGateway } from './support/launch-gateway.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';

const photo = await readFixture('landscape-small.jpg');
const subscription = 'subscription { photoReady(id: "slow") { id } }';

const receivers = {
  npm: async ({ npm }: LaunchedGateway) => npm.pid ?? Number.NaN,
  'the gateway': async (gateway: LaunchedGateway) => gateway.gatewayPid(),
  'the process group': async ({ npm }: LaunchedGateway) => -(npm.pid ?? Number.NaN),
};

describe.each(Object.entries(receivers))('a signal to %s', (_name, receiver) => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s stops it gracefully, with exit code 0',
    async (signal) => {
      const release = Promise.withResolvers<void>();
      await using provider = await startScriptedProvider(async ({ endpoint }) => {
        if (endpoint === 'status') return answers.processing;
        await release.promise;
        return answers.uploaded('a');
      });
      await using gateway = await launchGateway(provider.env);
      expect(gateway.lines).toHaveLength(1);

      const events = await openStream(gateway.endpoint, 'text/event-stream');
      const parts = await openStream(gateway.endpoint, 'multipart/mixed;subscriptionSpec=1.0');
      const closed = openWebSocket(gateway.endpoint);
      const upload = sendFile(gateway, UploadPhotoDocument, { file: photo, repairType: 'REPAIR' });
      const asked = () => new Set(provider.calls.map(({ endpoint }) => endpoint));
      await expect.poll(asked).toEqual(new Set(['status', 'upload']));

      process.kill(await receiver(gateway), signal);
      expect(await events.text()).toMatch(
        /event: next\ndata: \{"errors":\[\{"message":"[^"]+","extensions":\{"code":"GATEWAY_RESTARTING","retryable":true\}\}\]\}\n\nevent: complete\ndata:\n\n$/,
      );
      expect(await parts.text()).toMatch(
        /\{"payload":null,"errors":\[\{"message":"[^"]+","extensions":\{"code":"GATEWAY_RESTARTING","retryable":true\}\}\]\}\r\n--graphql--\r\n$/,
      );
      expect(await closed).toMatchObject({ code: 1012, reason: 'Service Restart' });
      await expect(fetch(gateway.endpoint)).rejects.toThrow('fetch failed');
      release.resolve();
      expect(dataOf(await upload).uploadPhoto.id).toBe('a');
      expect(await gateway.exitCode).toBe(0);
    },
  );
});

test('idle connections do not delay a stop', async () => {
  await using provider = await startScriptedProvider(() => answers.nums(1));
  await using gateway = await launchGateway({ ...provider.env, DRAIN_TIMEOUT_MS: '600000' });
  // The first is like those that browsers open in advance, the second is kept alive after its answer.
  const { hostname, port } = new URL(gateway.endpoint);
  const silent = connect(Number(port), hostname);
  await once(silent, 'connect');
  dataOf(await send(gateway, QuotaDocument, {}));
  process.kill(await gateway.gatewayPid(), 'SIGTERM');
  await once(silent, 'close');
  expect(await gateway.exitCode).toBe(0);
});

describe('a stop that is delayed', () => {
  test('ends after DRAIN_TIMEOUT_MS, with exit code 0', async () => {
    await using provider = await startScriptedProvider(() => 'hang');
    await using gateway = await launchGateway({ ...provider.env, DRAIN_TIMEOUT_MS: '300' });
    const upload = sendFile(gateway, UploadPhotoDocument, { file: photo, repairType: 'REPAIR' });
    const cut = upload.catch(String);
    await expect.poll(() => provider.calls.length).toBe(1);
    process.kill(await gateway.gatewayPid(), 'SIGTERM');
    expect(await gateway.exitCode).toBe(0);
    expect(await cut).toContain('fetch failed');
  });

  test('is not ended by an immediate echo of its signal, but by another signal a second later', async () => {
    await using provider = await startScriptedProvider(() => 'hang');
    await using gateway = await launchGateway({ ...provider.env, DRAIN_TIMEOUT_MS: '600000' });
    const upload = sendFile(gateway, UploadPhotoDocument, { file: photo, repairType: 'REPAIR' });
    const cut = upload.catch(String);
    await expect.poll(() => provider.calls.length).toBe(1);
    const pid = await gateway.gatewayPid();
    process.kill(pid, 'SIGTERM');
    process.kill(pid, 'SIGINT');
    // The contract defines this second.
    await delay(1100);
    expect(gateway.npm.exitCode).toBeNull();
    process.kill(pid, 'SIGTERM');
    expect(await gateway.exitCode).not.toBe(0);
    expect(await cut).toContain('fetch failed');
  });
});

test('without an account the gateway uses the embedded simulator', async () => {
  await using gateway = await launchGateway({});
  expect(gateway.lines[0]).toContain('with the embedded simulator');
  const { quota } = dataOf(await send(gateway, QuotaDocument, {}));
  expect(quota.remaining).toBeGreaterThan(0);
  process.kill(await gateway.gatewayPid(), 'SIGTERM');
  expect(await gateway.exitCode).toBe(0);
});

function openStream(endpoint: string, accept: string): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query: subscription }),
  });
}

/** Subscribes and resolves with the event that closed the connection. */
async function openWebSocket(endpoint: string): Promise<unknown> {
  const closed = Promise.withResolvers<unknown>();
  const client = createClient({
    url: endpoint.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    on: { closed: closed.resolve },
  });
  client.subscribe({ query: subscription }, { next() {}, error() {}, complete() {} });
  return closed.promise;
}
