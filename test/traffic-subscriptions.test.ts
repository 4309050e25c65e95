import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeKeys } from '../src/access/key-commands.ts';
import { hashOfKey } from '../src/access/api-key.ts';
import { createAddresses } from '../src/server/admission/traffic/addresses.ts';
import { createTraffic, UNLIMITED } from '../src/server/admission/traffic/traffic.ts';
import { makeKeysFile, startGuardedGateway } from './support/access-gateway.ts';
import { startPipelineServer } from './support/pipeline-server.ts';
import { answers, startScriptedProvider, type Answer } from './support/scripted-provider.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { startModule } from './support/start-module.ts';
import { from, httpTransports, type Sender } from './support/traffic-transports.ts';
import { waiting } from './support/traffic-streams.ts';
import { startSharedGateway, type SharedGateway } from './support/traffic-gateway.ts';

const states = new Map<string, Answer>();
const started = new AsyncDisposableStack();
const provider = started.use(
  await startScriptedProvider(({ endpoint, fields }) => {
    const id = fields.get('mdf') ?? '';
    return endpoint === 'download' ? answers.download(id) : (states.get(id) ?? answers.processing);
  }),
);
let gateway: SharedGateway;

beforeAll(async () => {
  const env = { ...provider.env, ARCHIVE_URL: 'off', MAX_SUBSCRIPTIONS_PER_CLIENT: '1' };
  gateway = started.use(await startSharedGateway(env));
});
afterAll(() => started.disposeAsync());

let photos = 0;
const rateLimited = { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 5000 };

/** Subscribes to a photo that is being processed, and resolves once the gateway waits for it. */
async function hold(
  transport: keyof typeof waiting,
  { endpoint }: { readonly endpoint: string } = gateway,
  sender: Sender = gateway.anna,
) {
  const id = `photo-${(photos += 1)}`;
  const stream = await waiting[transport](endpoint, sender, id);
  await expect.poll(() => provider.calls.some(({ fields }) => fields.get('mdf') === id)).toBe(true);
  return { ...stream, id };
}

/** Takes a slot for a moment, and returns why it could not. */
async function probe({ endpoint }: { readonly endpoint: string }, sender: Sender) {
  const { failure } = await httpTransports['server-sent events'](endpoint, sender);
  return failure?.['code'] ?? null;
}

async function untilFree(where: { readonly endpoint: string } = gateway, sender = gateway.anna) {
  await expect.poll(() => probe(where, sender)).toBeNull();
}

describe.each(['server-sent events', 'WebSocket'] as const)('over %s', (transport) => {
  test('a client may have a limited number of subscriptions, and others are not affected', async () => {
    const running = await hold(transport);
    const another = await waiting[transport](gateway.endpoint, gateway.anna, 'another');
    expect(await another.outcome).toEqual({
      status: transport === 'WebSocket' ? null : 429,
      retryAfter: transport === 'WebSocket' ? null : '5',
      failure: rateLimited,
    });
    another.cut();
    expect(await probe(gateway, gateway.bert)).toBeNull();
    states.set(running.id, answers.ready);
    expect(await running.outcome).toMatchObject({ failure: null });
    running.cut();
    await untilFree();
  });

  test('the limit counts both transports together', async () => {
    const running = await hold(transport);
    for (const other of ['server-sent events', 'WebSocket'] as const) {
      const refused = await waiting[other](gateway.endpoint, gateway.anna, 'another');
      expect(await refused.outcome).toMatchObject({ failure: rateLimited });
      refused.cut();
    }
    running.cut();
    await untilFree();
  });

  test.each([
    ['has had its event', (id: string) => states.set(id, answers.ready), null],
    ['has failed', (id: string) => states.set(id, answers.failure(9002)), 'PHOTO_NOT_FOUND'],
  ])('a slot is free when its subscription %s', async (_what, end, code) => {
    const running = await hold(transport);
    expect(await probe(gateway, gateway.anna)).toBe('RATE_LIMITED');
    end(running.id);
    expect((await running.outcome).failure?.['code'] ?? null).toBe(code);
    // Not the connection, which a WebSocket keeps.
    await untilFree();
    running.cut();
  });

  test.each(['leave', 'cut'] as const)('a slot is free when its client does %s', async (how) => {
    const running = await hold(transport);
    expect(await probe(gateway, gateway.anna)).toBe('RATE_LIMITED');
    running[how]();
    await untilFree();
    running.cut();
  });

  test('a slot is free when its client has waited for WAIT_TIMEOUT_MS', async () => {
    await using shortWait = await startSharedGateway({
      ...provider.env,
      MAX_SUBSCRIPTIONS_PER_CLIENT: '1',
      WAIT_TIMEOUT_MS: '300',
    });
    const running = await hold(transport, shortWait, shortWait.anna);
    expect(await running.outcome).toMatchObject({ failure: { code: 'WAIT_TIMEOUT' } });
    await untilFree(shortWait, shortWait.anna);
    running.cut();
  });

  test('a slot is free when the key of its subscription is removed', async () => {
    await using keys = await makeKeysFile();
    const key = await keys.add('anna');
    const other = { 'x-api-key': await keys.add('anna', { another: true }) };
    const env = { ...provider.env, API_KEYS_FILE: keys.path, MAX_SUBSCRIPTIONS_PER_CLIENT: '1' };
    await using guarded = await startGuardedGateway(env);
    await hold(transport, guarded, { 'x-api-key': key });
    expect(await probe(guarded, other)).toBe('RATE_LIMITED');
    await removeKeys(keys.path, 'anna', hashOfKey(key).slice(0, 8));
    await untilFree(guarded, other);
  });

  test('with AUTH=open each address is its own client', async () => {
    await using open = await startGatewayOf({
      ...provider.env,
      TRUSTED_PROXIES: '127.0.0.1',
      MAX_SUBSCRIPTIONS_PER_CLIENT: '1',
    });
    const home = from('203.0.113.1');
    const running = await hold(transport, open, home);
    expect(await probe(open, home)).toBe('RATE_LIMITED');
    expect(await probe(open, from('203.0.113.2'))).toBeNull();
    running.cut();
    await untilFree(open, home);
  });
});

test('a subscription that cannot begin takes no slot', async () => {
  const ids = Array.from({ length: 101 }, (_, index) => `"a${index}"`).join();
  const ask = async (query: string, accept: string) => {
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...gateway.anna },
      body: JSON.stringify({ query }),
    });
    return `${response.status} ${await response.text()}`;
  };
  expect(
    await ask(`subscription { photosReady(ids: [${ids}]) { id } }`, 'text/event-stream'),
  ).toContain('BAD_USER_INPUT');
  expect(await ask('subscription { photoReady(id: "b") { id } }', 'application/json')).toMatch(
    /^406/,
  );
  expect(await probe(gateway, gateway.anna)).toBeNull();
});

test('queries over server-sent events take no slot', async () => {
  const running = await hold('WebSocket');
  const response = await fetch(`${gateway.endpoint}?query={__typename}`, {
    headers: { accept: 'text/event-stream', ...gateway.anna },
  });
  expect(await response.text()).toContain('"__typename":"Query"');
  running.cut();
  await untilFree();
});

test('a slot is free when the gateway stops', async () => {
  const log = pino({ level: 'silent' });
  await using module = await startModule(provider.env['PHOTO_API_URL'] ?? '');
  const addresses = createAddresses({ trustedProxies: [], log });
  const limits = { ...UNLIMITED, subscriptionsPerClient: 1 };
  using traffic = createTraffic({ addresses, limits, log });
  await using server = await startPipelineServer({ photos: module.photos, traffic });
  const running = await hold('server-sent events', server, {});
  expect(traffic.subscriptions.holders).toBe(1);
  module.photos.endWaits();
  await running.outcome;
  expect(traffic.subscriptions.holders).toBe(0);
});
