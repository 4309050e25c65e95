import { createServer } from 'node:http';
import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import { describeInBrowser } from './support/describe-in-browser.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { listen } from './support/listen.ts';
import { openPage } from './support/page-pool.ts';
import { startBareServer } from './support/start-bare-server.ts';

const corsOrigins = ['https://a.example', 'https://b.example'];
const start = (options: Parameters<typeof startBareServer>[1] = {}) =>
  startBareServer(createEmptyModule().photos, { corsOrigins, ...options });

const preflightOf = (origin: string, headers = 'content-type,x-anything') => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': headers,
  },
});

const corsOf = ({ headers }: Response) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

const paths: readonly (readonly [string, string, { readonly method?: string }, number])[] = [
  ['/graphql', 'a result', {}, 200],
  ['/graphql', 'no operation', { method: 'PUT' }, 405],
  ['/health', 'the health check', {}, 200],
  ['/ready', 'the readiness check', {}, 200],
  ['/nothing', 'nothing', {}, 404],
  ['/', 'the studio', {}, 200],
];

describe('a page of a listed origin', () => {
  test.each(paths)('may read the response of %s, %s', async (path, what, init, status) => {
    await using server = await start();
    const query = what === 'a result' ? '?query={__typename}' : '';
    for (const origin of corsOrigins) {
      const answer = await fetch(server.url + path + query, { ...init, headers: { origin } });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-expose-headers')).toBe('X-Request-Id, Retry-After');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toContain('Origin');
      await answer.bytes();
    }
  });

  test('may read that it used a wrong host name, or is over its rate limit', async () => {
    const traffic = {
      requestsPerClient: null,
      requestsPerAddress: 1,
      subscriptionsPerClient: null,
      connectionsPerAddress: null,
    };
    await using server = await start({ traffic, allowedHosts: [] });
    const [origin = ''] = corsOrigins;
    const misdirected = await request(server.endpoint, { headers: { origin, host: 'other' } });
    expect(misdirected.statusCode).toBe(421);
    expect(misdirected.headers['access-control-allow-origin']).toBe(origin);
    await misdirected.body.dump();
    const ask = () => fetch(`${server.endpoint}?query={__typename}`, { headers: { origin } });
    await (await ask()).bytes();
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
  });

  test('may send any header, to any path; its preflight is valid for two hours', async () => {
    await using server = await start();
    for (const path of ['/graphql', '/archive/a', '/ready', '/nothing']) {
      const answer = await fetch(server.url + path, preflightOf('https://b.example'));
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://b.example');
      expect(answer.headers.get('access-control-allow-methods')).toMatch(/GET.*POST/);
      // `*` includes all headers but this one (Fetch, "CORS-unsafe request-header names").
      expect(answer.headers.get('access-control-allow-headers')).toMatch(/authorization.*\*/);
      expect(answer.headers.get('access-control-max-age')).toBe('7200');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  test('does not get its requested headers echoed', async () => {
    await using server = await start();
    const answer = await fetch(server.endpoint, preflightOf('https://a.example', 'x-echo-this'));
    expect(JSON.stringify([...answer.headers])).not.toContain('x-echo-this');
  });
});

describe.each([
  ['another origin', 'https://evil.example'],
  ['the origin null of a sandboxed frame', 'null'],
  ['an origin with the same beginning', 'https://a.example.evil.example'],
  ['another port', 'https://a.example:8443'],
])('a page of %s', (_whose, origin) => {
  test.each([[[]], [['https://a.example']], [corsOrigins]])(
    'gets no CORS headers if CORS_ORIGINS is %j',
    async (listed) => {
      await using server = await start({ corsOrigins: listed });
      for (const path of ['/graphql', '/ready', '/nothing', '/', '/archive/a']) {
        for (const init of [{ headers: { origin } }, preflightOf(origin)]) {
          const answer = await fetch(server.url + path, init);
          expect(corsOf(answer)).toEqual([]);
          expect(answer.headers.get('vary')).toContain('Origin');
          await answer.bytes();
        }
        expect((await fetch(server.url + path, preflightOf(origin))).status).not.toBe(204);
      }
    },
  );
});

/** Requests the quota from a frame without an origin, and reports the result to the page. */
const frame = (endpoint: string) => `
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ quota { remaining } }"}',
  };
  const attempts = ['omit', 'same-origin', 'include'].map(async (credentials) => {
    try {
      return await (await fetch(${JSON.stringify(endpoint)}, { ...init, credentials })).text();
    } catch (error) {
      return 'refused';
    }
  });
  Promise.all(attempts).then((answers) => parent.postMessage(answers, '*'));
`;

describeInBrowser('in a browser', () => {
  test('a sandboxed frame can run and read nothing', async () => {
    const { photos, asked } = createEmptyModule();
    await using server = await startBareServer(photos, { corsOrigins });
    await using site = await listen(
      createServer((_req, res) => {
        const script = `<script>${frame(server.endpoint)}</script>`;
        res.setHeader('Content-Type', 'text/html');
        res.end(`<!doctype html><script>
          onmessage = ({ data, origin }) => { window.origin_ = origin; window.answers = data; };
          </script><iframe sandbox="allow-scripts" srcdoc="${script.replaceAll('"', '&quot;')}"></iframe>`);
      }),
    );
    await using opened = await openPage();
    const { page } = opened;
    await page.goto(site.url.replace('127.0.0.1', 'localhost'));
    await page.waitForFunction('window.answers !== undefined');
    expect(await page.evaluate('window.origin_')).toBe('null');
    expect(await page.evaluate('window.answers')).toEqual(['refused', 'refused', 'refused']);
    expect(asked).toEqual([]);
  });
});
