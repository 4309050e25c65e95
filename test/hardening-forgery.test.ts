import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config/config.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { addressOf } from './support/limits-transports.ts';
import { startBareServer } from './support/start-bare-server.ts';

const origin = 'https://app.example.com';
const quota = { query: '{ quota { remaining } }' };
const events = 'subscription { photoReady(id: "a") { id } }';
const forbidden = { code: 'FORBIDDEN', retryable: false };

async function start(options = {}) {
  const { photos, asked } = createEmptyModule();
  const server = await startBareServer(photos, { corsOrigins: [origin], ...options });
  return { ...server, asked };
}

describe('a GET', () => {
  test.each([
    ['application/json', 'mutation { __typename }'],
    ['text/event-stream', 'mutation { __typename }'],
    ['image/avif,image/webp,*/*;q=0.8', 'query Q { __typename } mutation M { __typename }'],
  ])('is never a mutation, whatever its Accept header (%j)', async (accept, query) => {
    await using server = await start();
    const named = query.includes('mutation M') ? { operationName: 'M' } : {};
    const address = addressOf(server.endpoint, { query, ...named });
    const response = await fetch(address, { headers: { accept } });
    expect(response.status).toBe(405);
    expect(await response.text()).not.toContain('"data"');
  });

  test.each([
    [
      'an image of another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    ],
    [
      'a frame of another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    ],
    [
      'a script on another port',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
    ],
    [
      'an EventSource of an origin that is not allowed',
      {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'cors',
        'sec-fetch-dest': 'empty',
        origin: 'https://evil.example',
      },
    ],
  ])('is refused to %s, without a call to the provider', async (_what, headers) => {
    await using server = await start();
    for (const query of [quota.query, events]) {
      const response = await fetch(addressOf(server.endpoint, { query }), { headers });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: forbidden }] });
    }
    expect(server.asked).toEqual([]);
  });

  test.each([
    ['a client that is not a browser', {}],
    [
      'a page of the gateway itself',
      { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
    ],
    [
      'a page that CORS_ORIGINS names',
      {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'cors',
        'sec-fetch-dest': 'empty',
        origin,
      },
    ],
    [
      'a followed link',
      {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
      },
    ],
    [
      'a typed address',
      { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    ],
  ])('is answered to %s', async (_who, headers) => {
    await using server = await start();
    const response = await fetch(addressOf(server.endpoint, quota), { headers });
    expect(await response.json()).toEqual({ data: { quota: { remaining: 1 } } });
  });

  test('opens a stream of events, as an EventSource does', async () => {
    await using server = await start();
    const headers = { accept: 'text/event-stream' };
    const response = await fetch(addressOf(server.endpoint, { query: events }), { headers });
    expect(await response.text()).toMatch(
      /event: next\ndata: \{"data":\{"photoReady":\{"id":"a"\}\}\}/,
    );
  });
});

describe('a subscription whose client does not accept events', () => {
  test.each(['application/json', 'image/png'])('does not begin (%s)', async (accept) => {
    await using server = await start();
    const response = await fetch(server.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: events }),
    });
    expect(response.status).toBe(406);
    expect(server.asked).toEqual([]);
  });
});

function sendForm(endpoint: string, headers: Readonly<Record<string, string>>) {
  const body = new FormData();
  body.append('operations', JSON.stringify(quota));
  body.append('map', '{}');
  return fetch(endpoint, { method: 'POST', headers, body });
}

describe('PREFLIGHT_HEADERS', () => {
  test('names headers that a form may have instead of those of the contract', async () => {
    const { preflightHeaders } = loadConfig({ PREFLIGHT_HEADERS: 'X-Our-App, x-csrf-token' });
    await using server = await start({ preflightHeaders });
    for (const name of ['x-our-app', 'X-CSRF-Token', 'GraphQL-Preflight']) {
      const response = await sendForm(server.endpoint, { [name]: '' });
      expect(await response.json()).toEqual({ data: { quota: { remaining: 1 } } });
    }
  });

  test('does not allow a form without any of them', async () => {
    await using server = await start({ preflightHeaders: ['x-our-app'] });
    for (const headers of [{}, { 'x-other-app': '1' }, { 'accept-language': 'x-our-app' }]) {
      const response = await sendForm(server.endpoint, headers);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: forbidden }] });
    }
    expect(server.asked).toEqual([]);
  });

  test.each([
    'Accept',
    'content-type',
    'Cookie',
    'sec-fetch-site',
    'X-Forwarded-For',
    'Range',
    'a b',
    'x-a,',
  ])(
    'cannot contain a header that any page may send, or that is sent automatically: %s',
    (name) => {
      expect(() => loadConfig({ PREFLIGHT_HEADERS: name })).toThrow(ConfigError);
      expect(() => loadConfig({ PREFLIGHT_HEADERS: name })).toThrow(
        /^PREFLIGHT_HEADERS (?:must be names|has an empty item)[^\n]+$/,
      );
    },
  );
});
