import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { PhotoReadyDocument } from '../schema/typed/graphql.ts';
import { startTelemetry } from '../src/telemetry/start-telemetry.ts';
import { send } from './support/graphql-client.ts';
import { eachTransport } from './support/limits-transports.ts';
import { stubPhotos } from './support/stub-photos.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { subscribers } from './support/subscribe.ts';
import { readMetrics } from './support/telemetry-metrics.ts';
import { startObservedGateway, type ObservedGateway } from './support/telemetry-gateway.ts';

/** Waits until this many operations have ended, and returns the type, field and code of each. */
async function operations(gateway: ObservedGateway, count: number) {
  const name = 'photo_gateway_operations_total';
  await expect.poll(async () => (await gateway.metrics()).sumOf(name)).toBe(count);
  const { text } = await gateway.metrics();
  const labels = /^photo_gateway_operations_total\{type="(.*)",field="(.*)",code="(.*)"\} \d+$/gm;
  return [...text.matchAll(labels)].map(([, ...parts]) => parts.join(' ')).toSorted();
}

const startProcessing = () => startScriptedProvider(() => answers.processing);

describe('an operation is counted', () => {
  test('by its root field, whatever its alias or name', async () => {
    await using provider = await startProcessing();
    await using gateway = await startObservedGateway(provider.env);
    await send(
      gateway,
      'query TheirName { mine: photoStatus(id: "a") { id } ...F } fragment F on Query { quota { remaining } }',
    );
    expect(await operations(gateway, 2)).toEqual(['query photoStatus OK', 'query quota OK']);
    const { text } = await gateway.metrics();
    expect(text).not.toMatch(/TheirName|mine/);
    expect(text).toContain(
      'photo_gateway_operation_duration_seconds_count{type="query",field="quota"} 1',
    );
  });

  test('by the code of each of its fields', async () => {
    await using provider = await startProcessing();
    await using gateway = await startObservedGateway(provider.env);
    await send(gateway, '{ quota { remaining } bad: photoStatus(id: "a b") { id } }');
    expect(await operations(gateway, 2)).toEqual([
      'query photoStatus BAD_USER_INPUT',
      'query quota OK',
    ]);
  });

  test.each([
    ['malformed JSON', 'none none BAD_USER_INPUT', (url: string) => post(url, '{')],
    ['a syntax error', 'none none GRAPHQL_PARSE_FAILED', (url: string) => ask(url, '{')],
    [
      'an unknown field',
      'none none GRAPHQL_VALIDATION_FAILED',
      (url: string) => ask(url, '{ theirField }'),
    ],
    [
      'a variable that is missing',
      'query photo BAD_USER_INPUT',
      (url: string) => ask(url, 'query ($id: ID!) { photo(id: $id) { id } }'),
    ],
    [
      'too deep',
      'none none BAD_USER_INPUT',
      (url: string) => ask(url, `${'{ a '.repeat(60)}${'}'.repeat(60)}`),
    ],
  ])('by the reason why it did not run: %s', async (_what, counted, request) => {
    await using provider = await startProcessing();
    await using gateway = await startObservedGateway(provider.env);
    await (await request(gateway.endpoint)).text();
    expect(await operations(gateway, 1)).toEqual([counted]);
  });

  test.each(eachTransport)('once, over any transport: %s', async (_name, sendBy) => {
    await using provider = await startProcessing();
    await using gateway = await startObservedGateway(provider.env);
    await sendBy(gateway.endpoint, { query: '{ q: quota { remaining } }' });
    await sendBy(gateway.endpoint, { query: '{ nothing }' });
    expect(await operations(gateway, 2)).toEqual([
      'none none GRAPHQL_VALIDATION_FAILED',
      'query quota OK',
    ]);
  });

  test.each(eachTransport)(
    'by the masked code of an unexpected error: %s',
    async (_name, sendBy) => {
      const telemetry = await startTelemetry({ traces: null, log: pino({ level: 'silent' }) });
      const module = stubPhotos(() => {
        throw new Error('unforeseen');
      });
      const render = async () => telemetry.render(await module.health());
      await using server = await startBareServer(module, {
        telemetry,
        metrics: { readers: 'loopback', contentType: telemetry.contentType, render },
      });
      await sendBy(server.endpoint, { query: '{ quota { remaining } }' });
      const metrics = () => readMetrics(`${server.url}/metrics`);
      const series =
        'photo_gateway_operations_total{type="query",field="quota",code="INTERNAL_SERVER_ERROR"}';
      await expect.poll(async () => (await metrics()).of(series)).toBe(1);
      await telemetry.close(0);
    },
  );
});

describe.each(Object.entries(subscribers))('a subscription over %s', (transport, connect) => {
  const series = `photo_gateway_subscribers{transport="${transport === 'WebSocket' ? 'websocket' : transport}"}`;

  test('is counted while it is open, and as an operation once it has ended', async () => {
    const ready = Promise.withResolvers<void>();
    await using provider = await startScriptedProvider(async () => {
      await ready.promise;
      return answers.ready;
    });
    await using gateway = await startObservedGateway(provider.env);
    using subscriber = connect(gateway);
    const events = subscriber.subscribe(PhotoReadyDocument, { id: 'a' });
    const first = events.next();
    await expect.poll(async () => (await gateway.metrics()).of(series)).toBe(1);
    ready.resolve();
    await first;
    await expect.poll(async () => (await gateway.metrics()).of(series)).toBe(0);
    const [operation] = await operations(gateway, 1);
    expect(operation).toMatch(/^subscription photoReady /);
  });

  test('is no longer counted once its client has disconnected', async () => {
    await using provider = await startProcessing();
    await using gateway = await startObservedGateway(provider.env);
    const subscriber = connect(gateway);
    const events = subscriber.subscribe(PhotoReadyDocument, { id: 'a' });
    void events.next().catch(() => undefined);
    await expect.poll(async () => (await gateway.metrics()).of(series)).toBe(1);
    subscriber[Symbol.dispose]();
    await expect.poll(async () => (await gateway.metrics()).of(series)).toBe(0);
    expect(await operations(gateway, 1)).toEqual(['subscription photoReady OK']);
  });
});

test('a subscription that its client cannot accept is not counted as a subscriber', async () => {
  await using provider = await startProcessing();
  await using gateway = await startObservedGateway(provider.env);
  const response = await fetch(gateway.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: 'subscription { photoReady(id: "a") { id } }' }),
  });
  expect(response.status).toBe(406);
  expect(await operations(gateway, 1)).toEqual(['subscription photoReady BAD_USER_INPUT']);
  expect((await gateway.metrics()).sumOf('photo_gateway_subscribers')).toBe(0);
});

test('HTTP requests are counted by route and status, whatever their paths', async () => {
  await using provider = await startProcessing();
  await using gateway = await startObservedGateway(provider.env);
  for (const path of ['/one', '/two', '/health', '/archive/a?signature=x', '/ready?a']) {
    await (await fetch(`${gateway.url}${path}`)).text();
  }
  const requests = async () => {
    const { text } = await gateway.metrics();
    return [
      ...text.matchAll(
        /^photo_gateway_http_requests_total\{route="(\w+)",status="(\d+)"\} (\d)$/gm,
      ),
    ]
      .map(([, route, status, count]) => `${route} ${status} ${count}`)
      .filter((line) => !line.startsWith('metrics'))
      .toSorted();
  };
  await expect
    .poll(requests)
    .toEqual(['archive 404 1', 'health 200 1', 'other 404 2', 'ready 200 1']);
});

function post(url: string, body: string) {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

function ask(url: string, query: string) {
  return post(url, JSON.stringify({ query }));
}
