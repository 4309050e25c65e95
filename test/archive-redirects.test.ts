import { createServer } from 'node:http';
import type { LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';
import { openFetcher } from './support/archive-fetcher.ts';
import { readPicture } from './support/archive-sources.ts';
import { listen } from './support/listen.ts';

const PICTURE = await readPicture();
const UNFIT = { code: 'UPSTREAM_INVALID_RESPONSE' };

/** Serves the picture at `/picture`, and redirects any other path as `redirect` says. */
async function startServer(redirect: (path: string) => string = () => '/picture', status = 302) {
  const paths: string[] = [];
  const hosts = new Set<string | undefined>();
  const server = await listen(
    createServer((req, res) => {
      const path = req.url ?? '';
      paths.push(path);
      hosts.add(req.headers.host);
      if (path === '/picture') res.end(PICTURE);
      else res.writeHead(status, { location: redirect(path) }).end('Moved');
    }),
  );
  return { ...server, port: new URL(server.url).port, paths, hosts };
}

/** Resolves every name to these addresses. */
function resolvingTo(...addresses: readonly string[]) {
  const names: string[] = [];
  const lookup: LookupFunction = (name, _options, callback) => {
    names.push(name);
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    callback(null, found);
  };
  return { lookup, names };
}

describe('a redirect is followed', () => {
  test.each([301, 302, 303, 307, 308])('with status %d', async (status) => {
    await using server = await startServer(() => '/picture', status);
    await using fetcher = openFetcher(server.url);
    expect(await fetcher.fetch(`${server.url}/moved`)).toMatchObject({ mediaType: 'image/jpeg' });
    expect(server.paths).toEqual(['/moved', '/picture']);
  });

  test('to another port of the same host', async () => {
    await using target = await startServer();
    await using server = await startServer(() => `${target.url}/picture`);
    await using fetcher = openFetcher(server.url);
    await fetcher.fetch(`${server.url}/moved`);
    expect(target.paths).toEqual(['/picture']);
  });

  test('three times at most', async () => {
    await using server = await startServer((path) =>
      path === '/1' ? '/picture' : `/${Number(path.slice(1)) - 1}`,
    );
    await using fetcher = openFetcher(server.url);
    await fetcher.fetch(`${server.url}/3`);
    await expect(fetcher.fetch(`${server.url}/4`)).rejects.toMatchObject(UNFIT);
    expect(server.paths.slice(4)).toEqual(['/4', '/3', '/2', '/1']);
  });
});

describe('a redirect is not followed', () => {
  test.each([
    ['to a foreign host', ({ port }: { port: string }) => `http://localhost:${port}/picture`],
    [
      'to another address of this machine',
      ({ port }: { port: string }) => `http://127.0.0.2:${port}/picture`,
    ],
    ['to another protocol', () => 'file:///etc/passwd'],
    ['to a malformed address', () => 'http://'],
  ])('%s', async (_where, locate) => {
    await using target = await startServer();
    await using server = await startServer(() => locate(target));
    await using fetcher = openFetcher(server.url);
    await expect(fetcher.fetch(`${server.url}/moved`)).rejects.toMatchObject(UNFIT);
    expect(target.paths).toEqual([]);
    expect(fetcher.begun).toBe(0);
  });

  test('to a name of the same domain with a private address', async () => {
    await using server = await startServer(() => `http://photo.example.com:${server.port}/picture`);
    const { lookup, names } = resolvingTo('127.0.0.1');
    await using fetcher = openFetcher('http://api.example.com', { lookup });
    const moved = `http://api.example.com:${server.port}/moved`;
    await expect(fetcher.fetch(moved)).rejects.toMatchObject({
      ...UNFIT,
      message: expect.stringContaining('photo.example.com'),
    });
    expect(names).toEqual(['api.example.com', 'photo.example.com']);
    expect(server.paths).toEqual(['/moved']);
  });

  test('without a location', async () => {
    await using server = await listen(createServer((_req, res) => void res.writeHead(302).end()));
    await using fetcher = openFetcher(server.url);
    await expect(fetcher.fetch(server.url)).rejects.toMatchObject(UNFIT);
  });
});

describe('a name', () => {
  test('of the same domain gets no request if its address is private', async () => {
    await using server = await startServer();
    for (const addresses of [['127.0.0.1'], ['::ffff:127.0.0.1'], ['::1', '127.0.0.1']]) {
      const { lookup, names } = resolvingTo(...addresses);
      await using fetcher = openFetcher('http://api.example.com', { lookup });
      const url = `http://photo.example.com:${server.port}/picture`;
      await expect(fetcher.fetch(url)).rejects.toMatchObject(UNFIT);
      expect(names).toEqual(['photo.example.com']);
    }
    expect(server.paths).toEqual([]);
  });

  test('that the operator configured gets requests at any address', async () => {
    await using server = await startServer();
    const { lookup } = resolvingTo('127.0.0.1');
    await using fetcher = openFetcher('http://api.example.com', {
      lookup,
      named: ['photo.example.com'],
    });
    await fetcher.fetch(`http://photo.example.com:${server.port}/picture`);
    expect([...server.hosts]).toEqual([`photo.example.com:${server.port}`]);
    const api = fetcher.fetch(`http://api.example.com:${server.port}/picture`);
    await expect(api).rejects.toMatchObject(UNFIT);
  });

  test('that does not exist is a temporary error', async () => {
    const missing = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const lookup: LookupFunction = (_name, _options, callback) => callback(missing, '');
    await using fetcher = openFetcher('http://api.example.com', { lookup });
    for (const host of ['api.example.com', 'photo.example.com']) {
      await expect(fetcher.fetch(`http://${host}/picture`)).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
        cause: missing,
      });
    }
  });
});

test('a malformed address causes no request', async () => {
  await using fetcher = openFetcher('http://api.example.com');
  for (const address of ['', 'photo.jpg', '//api.example.com/a.jpg', 'http://', 'http://[::1/']) {
    await expect(fetcher.fetch(address)).rejects.toMatchObject(UNFIT);
  }
});
