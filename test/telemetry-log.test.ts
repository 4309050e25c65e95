import { describe, expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { transports } from './support/limits-transports.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startObservedGateway, type ObservedGateway } from './support/telemetry-gateway.ts';

const file = await readFixture('landscape-small.jpg');
const INFO = 30;
const DEBUG = 20;
const WARN = 40;

function startProvider(upload: Answer = answers.uploaded('a')) {
  return startScriptedProvider(({ endpoint }) =>
    endpoint === 'upload' ? upload : answers.processing,
  );
}

/** The only log line so far with the message `sentence`, once there is one. */
async function onlyLine(gateway: ObservedGateway, sentence: string) {
  await expect.poll(() => gateway.linesOf(sentence).length).toBe(1);
  return gateway.linesOf(sentence)[0];
}

describe('a request', () => {
  test('has one line with its client, its operation and its result', async () => {
    await using provider = await startProvider();
    await using gateway = await startObservedGateway(provider.env);
    const query = 'query TheirName { photoStatus(id: "a b") { id } quota { remaining } }';
    await send(gateway, query, {}, { 'x-request-id': 'theirs' });
    expect(await onlyLine(gateway, 'A request was answered')).toEqual({
      level: INFO,
      time: expect.any(Number),
      pid: expect.any(Number),
      hostname: expect.any(String),
      msg: 'A request was answered',
      requestId: 'theirs',
      client: 'everybody',
      route: 'graphql',
      transport: 'http',
      operation: 'query',
      fields: ['photoStatus', 'quota'],
      code: 'BAD_USER_INPUT',
      status: 200,
      durationMs: expect.any(Number),
    });
  });

  test('over WebSocket has one line for each operation', async () => {
    await using provider = await startProvider();
    await using gateway = await startObservedGateway(provider.env);
    await transports.WebSocket(gateway.endpoint, { query: '{ quota { remaining } }' });
    const line = await onlyLine(gateway, 'An operation over WebSocket has ended');
    expect(line).toMatchObject({ level: INFO, transport: 'websocket', fields: ['quota'] });
    expect(line).toMatchObject({ code: 'OK', status: null, client: 'everybody' });
    expect(line?.['requestId']).toMatch(/^[\w-]{36}$/);
  });

  test('without an operation has a line too', async () => {
    await using provider = await startProvider();
    await using gateway = await startObservedGateway(provider.env);
    await fetch(gateway.endpoint, { method: 'POST', body: '' });
    const line = await onlyLine(gateway, 'A request was answered');
    expect(line).toMatchObject({ level: INFO, route: 'graphql', operation: null, fields: [] });
    expect(line).toMatchObject({ client: null, status: 415 });
  });

  test('whose client disconnects is logged as such', async () => {
    await using provider = await startScriptedProvider(() => 'hang');
    await using gateway = await startObservedGateway(provider.env);
    const controller = new AbortController();
    const query = encodeURIComponent('{ photoStatus(id: "a") { id } }');
    const { signal } = controller;
    const left = fetch(`${gateway.endpoint}?query=${query}`, { signal }).catch(() => undefined);
    await expect.poll(() => provider.calls.length).toBe(1);
    controller.abort();
    await left;
    const line = await onlyLine(gateway, 'A client disconnected before its response');
    expect(line).toMatchObject({ level: INFO, status: null, fields: ['photoStatus'] });
  });

  test('of a load balancer or a scraper is at level debug', async () => {
    await using provider = await startProvider();
    await using gateway = await startObservedGateway(provider.env);
    for (const path of ['/health', '/ready', '/metrics']) {
      await (await fetch(`${gateway.url}${path}`)).text();
    }
    await expect.poll(() => gateway.linesOf('A request was answered').length).toBe(3);
    for (const line of gateway.linesOf('A request was answered')) {
      expect(line).toMatchObject({ level: DEBUG });
    }
  });
});

describe('an upload', () => {
  test('that is charged has a line with its bytes', async () => {
    await using provider = await startProvider();
    await using gateway = await startObservedGateway(provider.env);
    dataOf(await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }));
    expect(await onlyLine(gateway, 'An upload was charged')).toMatchObject({
      level: INFO,
      client: 'everybody',
      photoId: 'a',
      repairType: 'REPAIR',
      receivedBytes: file.size,
      cost: 'charged',
      code: 'OK',
      durationMs: expect.any(Number),
    });
  });

  test('that repeats another is logged as such', async () => {
    await using provider = await startProvider();
    await using gateway = await startObservedGateway(provider.env);
    const keyed = { file, repairType: 'REPAIR', idempotencyKey: 'key' } as const;
    for (let sent = 0; sent < 2; sent += 1) {
      dataOf(await sendFile(gateway, UploadPhotoDocument, keyed));
    }
    const sentence = 'An upload got the photo of an earlier one with its idempotency key';
    const line = await onlyLine(gateway, sentence);
    expect(line).toMatchObject({ level: INFO, photoId: 'a', cost: 'deduplicated' });
    expect(JSON.stringify(line)).not.toContain('"key"');
  });

  test('that fails has a line with its code, and that it cost nothing', async () => {
    await using provider = await startProvider(answers.failure(9005));
    await using gateway = await startObservedGateway(provider.env);
    failureOf(await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }));
    const line = await onlyLine(gateway, 'An upload failed and was not charged');
    expect(line).toMatchObject({ level: INFO, cost: 'nothing', code: 'UNSUPPORTED_FILE_TYPE' });
  });

  test('with an unknown outcome has a warning', async () => {
    let asked = 0;
    await using provider = await startScriptedProvider(
      () => 'reset',
      () => answers.nums(5 - asked++),
    );
    await using gateway = await startObservedGateway(provider.env);
    failureOf(await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' }));
    const line = await onlyLine(
      gateway,
      'The cost of an upload is unknown: it may have been charged',
    );
    expect(line).toMatchObject({ level: WARN, cost: 'unknown', code: 'UPSTREAM_UNAVAILABLE' });
  });
});
