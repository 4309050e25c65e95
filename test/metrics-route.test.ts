import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';
import { Agent, request } from 'undici';
import { describe, expect, test } from 'vitest';
import { createMetricsRoute } from '../src/server/pages/metrics-route.ts';
import { send } from './support/graphql-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startObservedGateway } from './support/telemetry-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const account = {
  PHOTO_API_URL: 'http://127.0.0.1:1',
  PHOTO_THIRD_CODE: 'test',
  PHOTO_SECRET_KEY: 'test',
};

describe('/metrics', () => {
  test("answers in Prometheus' text format, with a help text for each metric", async () => {
    await using gateway = await startObservedGateway(account);
    const response = await fetch(`${gateway.url}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    const { names, text } = await gateway.metrics();
    expect(names.size).toBeGreaterThan(30);
    for (const name of names) {
      expect(name).toMatch(/^(?:photo_gateway|process|nodejs)_[a-z_]+$/);
      expect(text).toMatch(new RegExp(`^# HELP ${name} [A-Z1].{15,}[.]$`, 'm'));
    }
  });

  test('reports the state of the store, the provider and the archive', async () => {
    await using gateway = await startObservedGateway(account);
    const metrics = await gateway.metrics();
    expect(metrics.of('photo_gateway_store_up')).toBe(1);
    expect(metrics.of('photo_gateway_archive_up')).toBeNaN();
    expect(metrics.of('photo_gateway_provider_circuit_state{state="closed"}')).toBe(1);
    expect(metrics.of('photo_gateway_quota_remaining')).toBeNaN();
    expect(metrics.of('process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(metrics.of('process_cpu_seconds_total')).toBeGreaterThan(0);
    const lag = metrics.of('photo_gateway_event_loop_lag_seconds{quantile="0.99"}');
    expect(lag).toBeGreaterThanOrEqual(0);
  });

  test('counts separately for each gateway of a process', async () => {
    await using provider = await startScriptedProvider(() => answers.processing);
    await using one = await startObservedGateway(provider.env);
    await using other = await startObservedGateway(provider.env);
    await send(one, '{ photoStatus(id: "a") { id } }');
    const series =
      'photo_gateway_provider_calls_total{endpoint="status",outcome="ok",errno="none"}';
    expect((await one.metrics()).of(series)).toBe(1);
    expect((await other.metrics()).of(series)).toBeUndefined();
  });
});

describe('the readers of /metrics', () => {
  const forwarded = ['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP', 'Via'];

  test.each(forwarded)(
    'exclude by default clients behind a proxy, by the header %s',
    async (name) => {
      await using gateway = await startObservedGateway(account);
      const response = await fetch(`${gateway.url}/metrics`, { headers: { [name]: '127.0.0.1' } });
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({ error: expect.stringContaining('METRICS=on') });
    },
  );

  test('exclude by default peers on other machines', async () => {
    await using directory = await makeTemporaryDirectory();
    const socketPath = join(directory.path, 'http.sock');
    const source = { readers: 'loopback', contentType: 'text/plain', render: unread } as const;
    const server = createServer(createMetricsRoute(source, pino({ level: 'silent' })));
    server.listen(socketPath);
    await once(server, 'listening');
    const dispatcher = new Agent({ connect: { socketPath } });
    const response = await request('http://localhost/metrics', { dispatcher });
    expect(response.statusCode).toBe(403);
    await response.body.dump();
    await dispatcher.close();
    server.close();
    await once(server, 'close');
  });

  test('include everyone with METRICS=on', async () => {
    await using gateway = await startObservedGateway({ ...account, METRICS: 'on' });
    const headers = { 'x-forwarded-for': '203.0.113.1' };
    const response = await fetch(`${gateway.url}/metrics`, { headers });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('photo_gateway_store_up 1');
  });

  test('exclude everyone with METRICS=off', async () => {
    await using gateway = await startObservedGateway({ ...account, METRICS: 'off' });
    const response = await fetch(`${gateway.url}/metrics`);
    expect(response.status).toBe(404);
  });
});

function unread(): never {
  throw new Error('The metrics were read');
}
