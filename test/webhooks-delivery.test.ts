import { createServer } from 'node:net';
import { once } from 'node:events';
import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { expect, test, vi } from 'vitest';
import { makeWebhookSecret } from '../src/common/webhook-secret.ts';
import type { WebhookSender } from './support/webhook-sender.ts';
import { startWebhookSender, targetOf } from './support/webhook-sender.ts';
import { startWebhookReceiver, type WebhookReceiver } from './support/webhook-receiver.ts';

const secret = makeWebhookSecret();
const targetAt = ({ url, secret: of }: WebhookReceiver) => targetOf(`${url}/hook?a=b`, of);

/** Waits until no webhook waits any more, and returns what came of them, the last first. */
async function settled({ outbox }: WebhookSender) {
  await vi.waitUntil(async () => (await outbox.backlog()).waiting === 0, { interval: 5 });
  const listed = await outbox.list({}, 100);
  return listed.map(({ photoId, state, attempts, reason }) => ({
    photoId,
    state,
    attempts,
    reason,
  }));
}

/** An address that nobody listens on. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('It has no port');
  return `http://127.0.0.1:${address.port}`;
}

test('a webhook that fails is sent again, with the same id, newly signed', async () => {
  await using receiver = await startWebhookReceiver((_webhook, earlier) =>
    earlier === 0 ? 500 : 200,
  );
  await using sender = await startWebhookSender({ anna: targetAt(receiver) });
  await sender.makeReady('p');
  const [first, second] = await receiver.until(2);
  expect(first).toMatchObject({ type: 'photo.ready', data: { id: 'p', status: 'READY' } });
  expect(second?.webhookId).toBe(first?.webhookId);
  expect(await settled(sender)).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  expect(receiver.received).toHaveLength(2);
});

test('what a receiver never takes is given up, listed with the reason, and sent again when asked', async () => {
  let answer = 503;
  await using receiver = await startWebhookReceiver(() => answer);
  await using sender = await startWebhookSender({ anna: targetAt(receiver) });
  await sender.makeReady('p');
  const reason = 'The receiver answered HTTP 503';
  expect(await settled(sender)).toEqual([{ photoId: 'p', state: 'failed', attempts: 3, reason }]);
  answer = 204;
  expect(await sender.outbox.resend(null)).toBe(1);
  expect(await settled(sender)).toMatchObject([{ state: 'delivered', attempts: 0, reason: null }]);
  expect(new Set(receiver.received.map(({ webhookId }) => webhookId)).size).toBe(1);
});

test('a dead receiver and one that never answers delay no other', async () => {
  await using silent = await startWebhookReceiver(() => 'hang');
  await using receiver = await startWebhookReceiver();
  const clients = {
    anna: targetAt(receiver),
    bert: targetOf(await deadAddress(), secret),
    carl: targetAt(silent),
  };
  await using sender = await startWebhookSender(clients, { timeoutMs: 150 });
  for (let n = 0; n < 20; n += 1) {
    await sender.makeReady(`bert-${n}`, 'bert');
    await sender.makeReady(`carl-${n}`, 'carl');
  }
  await silent.until(1);
  for (let n = 0; n < 20; n += 1) await sender.makeReady(`anna-${n}`);
  await receiver.until(20);
  expect((await sender.outbox.backlog()).waiting).toBeGreaterThanOrEqual(20);
  // It takes four at first, and one at a time once it has failed.
  expect(silent.mostOpen).toBeLessThanOrEqual(8);
  await vi.waitUntil(async () => {
    const failed = await sender.outbox.list({ receiver: 'carl' }, 100);
    return failed.some(({ reason }) => reason === 'There was no answer within 150 ms');
  });
  const [failed] = await sender.outbox.list({ receiver: 'bert', state: 'waiting' }, 100);
  expect(failed?.reason ?? 'connect ECONNREFUSED').toContain('ECONNREFUSED');
});

test('events of one photo come in their order, and others do not wait for them', async () => {
  let works = false;
  await using receiver = await startWebhookReceiver(({ data }) =>
    data.id === 'p' && !works ? 500 : 204,
  );
  await using sender = await startWebhookSender(
    { anna: targetAt(receiver) },
    { retryDelaysMs: Array.from({ length: 1000 }, () => 10) },
  );
  await sender.makeReady('p');
  await sender.expire('p');
  await receiver.until(2);
  await sender.makeReady('q');
  await vi.waitUntil(() => receiver.received.some(({ data }) => data.id === 'q'));
  works = true;
  await settled(sender);
  const types = receiver.received.filter(({ data }) => data.id === 'p').map(({ type }) => type);
  expect([types.at(-2), types.at(-1)]).toEqual(['photo.ready', 'photo.expired']);
  expect(types.filter((type) => type === 'photo.expired')).toHaveLength(1);
});

test('redirects are not followed', async () => {
  await using elsewhere = await startWebhookReceiver();
  await using receiver = await startWebhookReceiver(() => ({
    status: 307,
    headers: { location: elsewhere.url },
  }));
  await using sender = await startWebhookSender(
    { anna: targetAt(receiver) },
    { retryDelaysMs: [] },
  );
  await sender.makeReady('p');
  const reason = 'The receiver answered HTTP 307, and redirects are not followed';
  expect(await settled(sender)).toMatchObject([{ state: 'failed', reason }]);
  expect(elsewhere.received).toEqual([]);
});

test('a receiver that answers 410 is disabled until it is enabled', async () => {
  let answer = 410;
  await using receiver = await startWebhookReceiver(() => answer);
  await using sender = await startWebhookSender({ anna: targetAt(receiver) });
  await sender.makeReady('p');
  const reason = 'The receiver wants no more webhooks (HTTP 410)';
  expect(await settled(sender)).toMatchObject([{ state: 'failed', reason }]);
  await sender.makeReady('q');
  expect(await sender.outbox.list({}, 10)).toHaveLength(1);
  expect(await sender.outbox.resend(null)).toBe(1);
  expect(await settled(sender)).toMatchObject([{ state: 'failed', reason }]);
  expect(receiver.received).toHaveLength(1);
  answer = 204;
  expect(await sender.outbox.enable('anna')).toBe(true);
  await vi.waitUntil(async () => {
    await sender.makeReady('r');
    return receiver.received.length > 1;
  });
});

test('a receiver that asks for a pause gets it', async () => {
  await using receiver = await startWebhookReceiver(() => ({
    status: 429,
    headers: { 'retry-after': '600' },
  }));
  await using sender = await startWebhookSender({ anna: targetAt(receiver) });
  await sender.makeReady('p');
  await vi.waitUntil(async () => ((await sender.outbox.due()).nextInMs ?? 0) > 500_000);
  await sender.makeReady('q');
  await sender.stop();
  expect(receiver.received).toHaveLength(1);
});

test('every secret of a receiver signs', async () => {
  const older = makeWebhookSecret();
  const newer = makeWebhookSecret();
  await using receiver = await startWebhookReceiver(undefined, older);
  const sent = targetOf(receiver.url, newer, older);
  await using sender = await startWebhookSender({ anna: sent });
  await sender.makeReady('p');
  const [webhook] = await receiver.until(1);
  const signatures = String(webhook?.headers['webhook-signature']).split(' ');
  expect(signatures).toHaveLength(2);
  const { webhookId, headers, ...content } = webhook ?? {};
  const sentAt = new Date(Number(headers?.['webhook-timestamp']) * 1000);
  const expected = new Webhook(newer).sign(webhookId ?? '', sentAt, JSON.stringify(content));
  expect(signatures[0]).toBe(expected);
});

test('what was taken and not answered is sent again after a restart', async () => {
  await using silent = await startWebhookReceiver(() => 'hang');
  await using sender = await startWebhookSender({ anna: targetAt(silent) });
  await sender.makeReady('p');
  await silent.until(1);
  await sender.stop();
  expect(await sender.outbox.due()).toEqual({ receivers: ['anna'], nextInMs: null });
  expect(await sender.outbox.list({}, 10)).toMatchObject([{ state: 'waiting', attempts: 0 }]);
});

const lookup: LookupFunction = (hostname, _options, callback) => {
  const addresses = { 'inside.example': '10.0.0.7', 'mapped.example': '::ffff:127.0.0.1' };
  const address = new Map(Object.entries(addresses)).get(hostname) ?? '127.0.0.1';
  callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
};

test('no webhook goes to a private address, whatever names it', async () => {
  const connected: unknown[] = [];
  const server = createServer((socket) => void connected.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'string' ? '' : `:${address?.port}`;
  const hosts = [
    ['127.0.0.1', 'is not on the public internet'],
    ['[::1]', 'is not on the public internet'],
    ['[::ffff:7f00:1]', 'is not on the public internet'],
    ['169.254.169.254', 'is not on the public internet'],
    ['100.64.0.1', 'is not on the public internet'],
    ['localhost', 'is not on the public internet'],
    ['rebound.example', 'is not public'],
    ['inside.example', 'is not public'],
    ['mapped.example', 'is not public'],
  ] as const;
  const clients = Object.fromEntries(
    hosts.map(([host]) => [host, targetOf(`https://${host}${port}`, secret)]),
  );
  await using sender = await startWebhookSender(
    { ...clients, plain: targetOf('http://public.example', secret) },
    { privateHosts: [], retryDelaysMs: [], lookup },
  );
  for (const name of [...Object.keys(clients), 'plain']) await sender.makeReady(name, name);
  const results = await settled(sender);
  for (const [host, reason] of [...hosts, ['plain', 'must begin with https']] as const) {
    const found = results.find(({ photoId }) => photoId === host);
    expect(found).toMatchObject({ state: 'failed', reason: expect.stringContaining(reason) });
  }
  expect(connected).toEqual([]);
  server.close();
});
