import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Access } from '../src/access/access.ts';
import { everybody } from '../src/access/everybody.ts';
import { notAccepted } from '../src/access/refusals.ts';
import { FORM_HEADERS, startForm } from './support/multipart-client.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { startGateway } from './support/start-gateway.ts';
import {
  from,
  httpTransports,
  initialise,
  openSocket,
  sendOperation,
} from './support/traffic-transports.ts';
import { startSharedGateway } from './support/traffic-gateway.ts';

const home = from('203.0.113.1');
const elsewhere = from('198.51.100.1');

const rateLimited = {
  code: 'RATE_LIMITED',
  retryable: true,
  retryAfterMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 60_000),
};
const tooMany = {
  status: 429,
  retryAfter: expect.stringMatching(/^[1-9]\d?$/),
  failure: expect.objectContaining(rateLimited),
};

describe.each(Object.entries(httpTransports))('by %s', (transport, sendAs) => {
  const charge = transport === 'an upload' ? { charged: false } : {};
  const refused = { ...tooMany, failure: { ...rateLimited, ...charge } };

  test('an address may send a limited number of requests, with any key, and others are not affected', async () => {
    await using gateway = await startSharedGateway({ REQUESTS_PER_MINUTE_PER_ADDRESS: '2' });
    const { endpoint, anna, bert } = gateway;
    expect(await sendAs(endpoint, { ...anna, ...home })).toMatchObject({ status: 200 });
    expect(await sendAs(endpoint, { ...bert, ...home })).toMatchObject({ status: 200 });
    expect(await sendAs(endpoint, { ...anna, ...home })).toEqual(refused);
    expect(await sendAs(endpoint, { ...bert, ...home })).toEqual(refused);
    expect(await sendAs(endpoint, { ...anna, ...elsewhere })).toMatchObject({ status: 200 });
  });

  test('a client may send a limited number of requests, from any address, and others are not affected', async () => {
    await using gateway = await startSharedGateway({ REQUESTS_PER_MINUTE_PER_CLIENT: '2' });
    const { endpoint, anna, bert } = gateway;
    expect(await sendAs(endpoint, { ...anna, ...home })).toMatchObject({ status: 200 });
    expect(await sendAs(endpoint, { ...anna, ...elsewhere })).toMatchObject({ status: 200 });
    expect(await sendAs(endpoint, { ...anna, ...home })).toEqual(refused);
    expect(await sendAs(endpoint, { ...bert, ...home })).toMatchObject({ status: 200 });
  });

  test('wrong keys are refused up to the limit of their address, and then not even checked', async () => {
    let asked = 0;
    const access: Access = {
      ...everybody,
      async admit() {
        asked += 1;
        throw notAccepted();
      },
    };
    const traffic = { ...noLimits, requestsPerAddress: 2 };
    await using server = await startBareServer(createEmptyModule().photos, { access, traffic });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const { status } = await sendAs(server.endpoint, { 'x-api-key': `guess ${attempt}` });
      expect(status).toBe(attempt < 2 ? 401 : 429);
    }
    expect(asked).toBe(2);
  });

  test('with AUTH=open each address is its own client', async () => {
    await using gateway = await startGateway({
      TRUSTED_PROXIES: '127.0.0.1',
      REQUESTS_PER_MINUTE_PER_CLIENT: '1',
    });
    expect(await sendAs(gateway.endpoint, home)).toMatchObject({ status: 200 });
    expect(await sendAs(gateway.endpoint, home)).toEqual(refused);
    expect(await sendAs(gateway.endpoint, elsewhere)).toMatchObject({ status: 200 });
  });
});

const noLimits = {
  requestsPerClient: null,
  requestsPerAddress: null,
  subscriptionsPerClient: null,
  connectionsPerAddress: null,
};

test('a client that waits as long as it was told may continue', async () => {
  const traffic = { ...noLimits, requestsPerAddress: 1, windowMs: 300 };
  await using server = await startBareServer(createEmptyModule().photos, { traffic });
  const ask = () => httpTransports.POST(server.endpoint);
  expect(await ask()).toMatchObject({ status: 200 });
  const { status, failure } = await ask();
  expect(status).toBe(429);
  await delay(Number(failure?.['retryAfterMs']));
  expect(await ask()).toMatchObject({ status: 200 });
});

describe('over a WebSocket', () => {
  test.each([
    // It is opened by a request of its address.
    ['address', 'REQUESTS_PER_MINUTE_PER_ADDRESS', '3'],
    ['client', 'REQUESTS_PER_MINUTE_PER_CLIENT', '2'],
  ])('the operations of one %s over the limit fail, and nothing else does', async (...row) => {
    const [, setting, limit] = row;
    await using gateway = await startSharedGateway({ [setting]: limit });
    const socket = await initialise(gateway.endpoint, { ...gateway.anna, ...home });
    expect(await sendOperation(socket, '1')).toMatchObject({ failure: null });
    const waiting = 'subscription { photosReady(ids: ["a"]) { id } }';
    const running = sendOperation(socket, '2', waiting);
    expect(await sendOperation(socket, '3')).toMatchObject({ failure: rateLimited });
    expect(socket.readyState).toBe(socket.OPEN);
    // Of a photo that nobody has.
    expect(await running).toMatchObject({ failure: { code: 'PHOTO_NOT_FOUND' } });
    socket.terminate();
  });

  test('an address may connect a limited number of times, with or without a key', async () => {
    await using gateway = await startSharedGateway({ REQUESTS_PER_MINUTE_PER_ADDRESS: '2' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const { socket } = await openSocket(gateway.endpoint, home);
      socket.terminate();
    }
    const { response } = await openSocket(gateway.endpoint, { ...gateway.anna, ...home });
    expect(response?.statusCode).toBe(429);
    expect(response?.headers['retry-after']).toMatch(/^[1-9]\d?$/);
    const other = await openSocket(gateway.endpoint, elsewhere);
    expect(other.response).toBeNull();
    other.socket.terminate();
  });
});

test('an upload over the limit is answered before its file is sent, and costs nothing', async () => {
  await using gateway = await startSharedGateway({ REQUESTS_PER_MINUTE_PER_CLIENT: '1' });
  const { endpoint, anna, simulator } = gateway;
  await httpTransports.POST(endpoint, anna);
  const { request, answer } = startForm(endpoint, { headers: { ...FORM_HEADERS, ...anna } });
  request.flushHeaders();
  expect(await answer).toMatchObject({
    status: 429,
    body: { errors: [{ extensions: { code: 'RATE_LIMITED', charged: false } }] },
  });
  request.destroy();
  expect(simulator.requests).toEqual([]);
});

test('only a trusted proxy can report another address', async () => {
  await using gateway = await startSharedGateway({
    TRUSTED_PROXIES: '10.0.0.0/8',
    REQUESTS_PER_MINUTE_PER_ADDRESS: '1',
  });
  const { endpoint, anna } = gateway;
  expect(await httpTransports.POST(endpoint, { ...anna, ...home })).toMatchObject({ status: 200 });
  expect(await httpTransports.POST(endpoint, { ...anna, ...elsewhere })).toEqual(tooMany);
  await gateway.until(/TRUSTED_PROXIES does not name/);
});

test('a client behind a trusted proxy cannot claim another address', async () => {
  await using gateway = await startSharedGateway({ REQUESTS_PER_MINUTE_PER_ADDRESS: '1' });
  const { endpoint, anna } = gateway;
  const says = (address: string) => ({ ...anna, ...from(`${address}, 203.0.113.1`) });
  expect(await httpTransports.POST(endpoint, says('1.1.1.1'))).toMatchObject({ status: 200 });
  expect(await httpTransports.POST(endpoint, says('2.2.2.2'))).toEqual(tooMany);
});

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url, { headers: home });
  await response.bytes();
  return response.status;
}

describe('an address without any operations left still', () => {
  test('gets pages and pictures, ten times as many', async () => {
    await using gateway = await startSharedGateway({ REQUESTS_PER_MINUTE_PER_ADDRESS: '1' });
    const operation = () => httpTransports.POST(gateway.endpoint, { ...gateway.anna, ...home });
    expect(await operation()).toMatchObject({ status: 200 });
    expect(await operation()).toEqual(tooMany);
    const picture = `${gateway.url}/archive/a`;
    for (let count = 2; count < 10; count += 1) expect(await statusOf(picture)).toBe(403);
    const refused = await fetch(picture, { headers: home });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    expect(await refused.json()).toEqual({ error: expect.stringContaining('your address') });
    expect(await operation()).toEqual(tooMany);
    expect((await fetch(picture, { headers: elsewhere })).status).toBe(403);
  });

  test('gets the health checks', async () => {
    await using gateway = await startSharedGateway({ REQUESTS_PER_MINUTE_PER_ADDRESS: '1' });
    for (let count = 0; count < 15; count += 1) {
      expect(await statusOf(`${gateway.url}/health`)).toBe(200);
      expect(await statusOf(`${gateway.url}/ready`)).toBe(200);
    }
    for (let count = 0; count < 10; count += 1) await statusOf(gateway.url);
    expect(await statusOf(gateway.url)).toBe(429);
    expect(await statusOf(`${gateway.url}/health`)).toBe(200);
    expect(await statusOf(`${gateway.url}/ready`)).toBe(200);
  });
});

test('a page of an allowed origin may read that it is over the limit', async () => {
  const origin = 'https://app.example.com';
  await using gateway = await startSharedGateway({
    REQUESTS_PER_MINUTE_PER_ADDRESS: '1',
    CORS_ORIGINS: origin,
  });
  const ask = () => fetch(gateway.endpoint, { headers: { ...gateway.anna, origin } });
  await (await ask()).bytes();
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
  await refused.bytes();
});
