import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { PhotoReadyDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { transports } from './support/limits-transports.ts';
import { listen } from './support/listen.ts';
import { answers as wire, startProviderStub } from './support/provider-stub.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startSimulator } from '../packages/simulator/simulator.ts';
import { subscribers } from './support/subscribe.ts';
import {
  startCollector,
  type CollectedSpan,
  type Collector,
} from './support/telemetry-collector.ts';
import { startObservedGateway } from './support/telemetry-gateway.ts';

const file = await readFixture('landscape-small.jpg');
const picture = Buffer.from(await file.arrayBuffer());
const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;

const tracing = (collector: Collector) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });

/** The names of a span and its ancestors, the root first. */
function pathOf(spans: readonly CollectedSpan[], span: CollectedSpan): string {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? `${pathOf(spans, parent)} > ${span.name}` : span.name;
}

const pathsOf = (spans: readonly CollectedSpan[]) =>
  [...new Set(spans.map((span) => pathOf(spans, span)))].toSorted();

describe('a trace', () => {
  test('contains the request, its resolver, the calls to the provider, the polls and the archiving', async () => {
    await using collector = await startCollector();
    const simulator = await startSimulator({ processingTimeMs: 100 });
    await using gateway = await startObservedGateway({
      ...tracing(collector),
      PHOTO_API_URL: simulator.url,
      PHOTO_THIRD_CODE: simulator.thirdCode,
      PHOTO_SECRET_KEY: simulator.secretKey,
      ARCHIVE_URL: '',
    });
    const variables = { file, repairType: 'REPAIR' } as const;
    dataOf(await sendFile(gateway, UploadPhotoDocument, variables, { traceparent }));
    await expect
      .poll(async () => (await gateway.metrics()).of('photo_gateway_archive_kept_total'))
      .toBe(1);
    await gateway.close();
    await simulator.close();

    const { spans } = collector;
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const upload = 'mutation uploadPhoto';
    expect(pathsOf(spans)).toEqual([
      upload,
      `${upload} > Mutation.uploadPhoto`,
      `${upload} > Mutation.uploadPhoto > archive`,
      `${upload} > Mutation.uploadPhoto > archive > provider resultUrl`,
      `${upload} > Mutation.uploadPhoto > poll`,
      `${upload} > Mutation.uploadPhoto > poll > provider status`,
      `${upload} > Mutation.uploadPhoto > provider quota`,
      `${upload} > Mutation.uploadPhoto > provider upload`,
    ]);
    const request = spans.find(({ name }) => name === upload);
    expect(request).toMatchObject({ kind: SERVER, parentSpanId: 'b7ad6b7169203331' });
    expect(request?.attributes).toMatchObject({
      'http.route': '/graphql',
      'http.response.status_code': 200,
      'graphql.operation.type': 'mutation',
    });
    expect(collector.paths).toContain('/v1/traces');
    expect(collector.resources[0]).toMatchObject({ 'service.name': 'photo-gateway' });
  });

  test('of each photo is separate, even if many wait for the archive', async () => {
    await using collector = await startCollector();
    const opened = Promise.withResolvers<void>();
    const fetched: string[] = [];
    await using pictures = await listen(
      createServer((req, res) => {
        fetched.push(req.url ?? '');
        void opened.promise.then(() => res.end(picture));
      }),
    );
    await using provider = await startScriptedProvider(({ endpoint }, earlier) => {
      if (endpoint === 'upload') return answers.uploaded(`photo-${earlier}`);
      if (endpoint === 'status') return answers.ready;
      return { body: { code: 200, data: { url: pictures.url } } };
    });
    await using gateway = await startObservedGateway({
      ...provider.env,
      ...tracing(collector),
      ARCHIVE_URL: '',
      PHOTO_RESULT_HOSTS: '127.0.0.1',
    });
    const photos = 10;
    const metric = async (name: string) => (await gateway.metrics()).of(`photo_gateway_${name}`);
    for (let sent = 0; sent < photos; sent += 1) {
      await sendFile(gateway, UploadPhotoDocument, { file, repairType: 'REPAIR' });
    }
    await expect.poll(() => metric('archive_backlog')).toBe(photos);
    opened.resolve();
    await expect.poll(() => metric('archive_kept_total')).toBe(photos);
    await gateway.close();
    expect(fetched).toHaveLength(photos);
    const archived = collector.spans.filter(({ name }) => name === 'archive');
    expect(archived).toHaveLength(photos);
    expect(new Set(archived.map((span) => span.traceId)).size).toBe(photos);
  });

  test('is passed on to the provider, and begun if the request has none', async () => {
    await using collector = await startCollector();
    await using stub = await startProviderStub(() => wire.status(100));
    await using gateway = await startObservedGateway({
      ...tracing(collector),
      PHOTO_API_URL: stub.url,
      PHOTO_THIRD_CODE: 'test',
      PHOTO_SECRET_KEY: 'secret',
    });
    const query = '{ photoStatus(id: "a") { id } }';
    await send(gateway, query, {}, { traceparent, tracestate: 'vendor=1' });
    await send(gateway, query);
    await gateway.close();

    const calls = collector.spans.filter(({ name }) => name === 'provider status');
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({ traceId, kind: CLIENT });
    expect(calls[1]?.traceId).not.toBe(traceId);
    expect(stub.calls.map(({ headers }) => headers['traceparent'])).toEqual(
      calls.map((call) => `00-${call.traceId}-${call.spanId}-01`),
    );
    expect(stub.calls[0]?.headers['tracestate']).toBe('vendor=1');
  });

  test('is not recorded if the client has not sampled it, but still passed on', async () => {
    await using collector = await startCollector();
    await using stub = await startProviderStub(() => wire.status(100));
    await using gateway = await startObservedGateway({
      ...tracing(collector),
      PHOTO_API_URL: stub.url,
      PHOTO_THIRD_CODE: 'test',
      PHOTO_SECRET_KEY: 'secret',
    });
    const unsampled = `00-${traceId}-b7ad6b7169203331-00`;
    await send(gateway, '{ photoStatus(id: "a") { id } }', {}, { traceparent: unsampled });
    await gateway.close();
    expect(collector.spans).toEqual([]);
    expect(stub.calls[0]?.headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-.*-00$`));
  });

  test('has the code of a failure', async () => {
    await using collector = await startCollector();
    await using provider = await startScriptedProvider(() => answers.failure(9002));
    await using gateway = await startObservedGateway({ ...provider.env, ...tracing(collector) });
    failureOf(await send(gateway, 'query Theirs { theirs: photoStatus(id: "a") { id } }'));
    await gateway.close();
    const failed = collector.spans.filter(({ status }) => status.code === ERROR);
    expect(failed.map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
      ['Query.photoStatus', 'PHOTO_NOT_FOUND'],
      ['query photoStatus', 'PHOTO_NOT_FOUND'],
    ]);
    const call = collector.spans.find(({ name }) => name === 'provider status');
    expect(call?.attributes['photo_gateway.errno']).toBe(9002);
    expect(collector.bodies.join('\n')).not.toMatch(/theirs/i);
  });

  test('exists for each operation over WebSocket', async () => {
    await using collector = await startCollector();
    await using provider = await startScriptedProvider(() => answers.ready);
    await using gateway = await startObservedGateway({ ...provider.env, ...tracing(collector) });
    await transports.WebSocket(gateway.endpoint, { query: '{ photoStatus(id: "a") { id } }' });
    using subscriber = subscribers.WebSocket(gateway);
    await subscriber.subscribe(PhotoReadyDocument, { id: 'b' }).next();
    await gateway.close();
    expect(pathsOf(collector.spans)).toEqual(
      expect.arrayContaining([
        'query photoStatus > Query.photoStatus > provider status',
        'subscription photoReady > Subscription.photoReady',
        'subscription photoReady > poll > provider status',
      ]),
    );
    expect(new Set(collector.spans.map((span) => span.traceId)).size).toBe(2);
    // The span covers subscribing; the events come later.
    const names = collector.spans.map(({ name }) => name);
    expect(names.indexOf('Subscription.photoReady')).toBeLessThan(names.indexOf('poll'));
  });

  test('has its id in the log lines that belong to it', async () => {
    await using collector = await startCollector();
    await using provider = await startScriptedProvider(() => answers.uploaded('a'));
    await using gateway = await startObservedGateway({ ...provider.env, ...tracing(collector) });
    const variables = { file, repairType: 'REPAIR' } as const;
    dataOf(await sendFile(gateway, UploadPhotoDocument, variables, { traceparent }));
    await gateway.until(/A request was answered/);
    for (const sentence of ['An upload was charged', 'A request was answered']) {
      expect(gateway.linesOf(sentence)).toMatchObject([{ traceId }]);
    }
  });
});

describe('a collector', () => {
  test('that hangs delays no stop beyond DRAIN_TIMEOUT_MS', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    await using collector = await startCollector(asked.resolve);
    await using provider = await startScriptedProvider(() => answers.processing);
    await using gateway = await startObservedGateway({
      ...provider.env,
      ...tracing(collector),
      DRAIN_TIMEOUT_MS: '300',
    });
    await send(gateway, '{ photoStatus(id: "a") { id } }');
    await gateway.close();
    // The exporter itself would wait for seconds.
    expect((await asked.promise).closed).toBe(false);
    expect(collector.spans.length).toBeGreaterThan(0);
  });

  test('that refuses spans is logged once, and changes no answer', async () => {
    await using collector = await startCollector((res) => res.writeHead(400).end('no: secret'));
    await using provider = await startScriptedProvider(() => answers.processing);
    await using gateway = await startObservedGateway({ ...provider.env, ...tracing(collector) });
    const sentence = 'Spans cannot be sent to OTEL_EXPORTER_OTLP_ENDPOINT: they are lost';
    const query = '{ photoStatus(id: "a") { id } }';
    expect(dataOf(await send(gateway, query))).toEqual({ photoStatus: { id: 'a' } });
    await gateway.until(new RegExp(sentence));
    expect(dataOf(await send(gateway, query))).toEqual({ photoStatus: { id: 'a' } });
    await gateway.close();
    expect(collector.bodies).toHaveLength(2);
    expect(gateway.linesOf(sentence)).toHaveLength(1);
    expect(gateway.lines.join('\n')).not.toContain('no: secret');
  });
});
