import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { afterAll, expect, test } from 'vitest';
import { QuotaDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { freePort } from './support/free-port.ts';
import { readFixture } from './support/fixtures.ts';
import { failureOf, send, sendFile } from './support/graphql-client.ts';
import { accountAt, listen } from './support/listen.ts';
import { selfSigned } from './support/self-signed.ts';
import { startObservedGateway } from './support/telemetry-gateway.ts';

const FAILED = 'A call to the provider failed';
const WARN = 40;
const token = '5484490c8e797dabe52af90ab8bd1e50,1629962357';

await using servers = new AsyncDisposableStack();
const running = servers.move();
afterAll(() => running.disposeAsync());

const plain = running.use(
  await listen(
    createServer((req, res) => {
      req.resume();
      if (req.url?.startsWith('/moved')) {
        res.writeHead(301, { location: `https://user:pass@photo.example/new?token=${token}` });
        return res.end();
      }
      res.writeHead(404, { 'content-type': 'text/html' });
      return res.end(`<html><h1>Not here</h1>${String(req.headers['token'])} ${token}</html>`);
    }),
  ),
);
const tls = running.use(await listen(createTlsServer(selfSigned)));
const nobody = await freePort();

const over = (scheme: string, { url }: { readonly url: string }) =>
  url.replace(/^http:/, `${scheme}:`);

const CAUSES: readonly [string, string, string, object][] = [
  ['is down', `http://127.0.0.1:${nobody}`, 'UPSTREAM_UNAVAILABLE', { code: 'ECONNREFUSED' }],
  [
    'has an unknown name',
    'http://nobody.invalid',
    'UPSTREAM_UNAVAILABLE',
    { code: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/) },
  ],
  [
    'has a self-signed certificate',
    over('https', tls),
    'UPSTREAM_UNAVAILABLE',
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  ],
  [
    'speaks no TLS',
    over('https', plain),
    'UPSTREAM_UNAVAILABLE',
    { code: expect.stringMatching(/^(?:ERR_SSL|EPROTO)/) },
  ],
  [
    'speaks TLS only',
    over('http', tls),
    'UPSTREAM_UNAVAILABLE',
    { code: expect.stringMatching(/^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE)$/) },
  ],
  [
    'has moved',
    `${plain.url}/moved`,
    'UPSTREAM_INVALID_RESPONSE',
    { httpStatus: 301, redirectsTo: 'https://photo.example/new' },
  ],
  [
    'is another server',
    `${plain.url}/elsewhere`,
    'UPSTREAM_ERROR',
    { httpStatus: 404, excerpt: expect.stringContaining('<html><h1>Not here</h1>[redacted]') },
  ],
];

test.for(CAUSES)(
  'the failure of a provider that %s is in the log, once for a query and once for an upload',
  async ([, url, code, cause]) => {
    const account = accountAt(url);
    await using gateway = await startObservedGateway(account);
    const file = await readFixture('landscape-small.jpg');
    expect(failureOf(await send(gateway, QuotaDocument, {}))).toMatchObject({ code });
    const upload = { file, repairType: 'REPAIR' } as const;
    const failure = failureOf(await sendFile(gateway, UploadPhotoDocument, upload));
    expect(failure).toMatchObject({ code });

    const lines = gateway.linesOf(FAILED).filter(({ level }) => level === WARN);
    for (const endpoint of ['quota', 'upload']) {
      const told = lines.filter((line) => line['endpoint'] === endpoint);
      expect(told).toMatchObject([{ endpoint, code, cause, untold: 0 }]);
    }
    for (const line of gateway.lines) {
      expect(line).not.toContain(account.PHOTO_SECRET_KEY);
      expect(line).not.toMatch(/[0-9a-f]{32},\d+/i);
      expect(line).not.toContain('user:pass');
    }
  },
);

test('a provider that stays down is logged once, and again when the circuit opens', async () => {
  await using gateway = await startObservedGateway(accountAt(`http://127.0.0.1:${nobody}`));
  for (let asked = 0; asked < 10; asked += 1) await send(gateway, QuotaDocument, {});
  const told = gateway.linesOf(FAILED).filter(({ level }) => level === WARN);
  expect(told).toHaveLength(1);
  const [opened] = gateway.linesOf(
    'The provider does not answer: calls are refused until a probe succeeds',
  );
  expect(opened).toMatchObject({ level: WARN, cause: { code: 'ECONNREFUSED' } });
});
