import { hash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openFetcher } from './support/archive-fetcher.ts';
import { readPicture } from './support/archive-sources.ts';
import { listen } from './support/listen.ts';
import { startUnacceptingServer } from './support/wire-unaccepting-server.ts';
import { startWireServer } from './support/wire-server.ts';

const PICTURE = await readPicture();
const UNFIT = { code: 'UPSTREAM_INVALID_RESPONSE' };
const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE' };
const TIMEOUT = { code: 'UPSTREAM_TIMEOUT' };

/** Answers every request with `body`. */
function serve(body: string | Buffer, headers: Record<string, string> = {}, status = 200) {
  return serveBy((res) => void res.writeHead(status, headers).end(body));
}

async function serveBy(answer: (res: ServerResponse, url: string) => void) {
  const urls: string[] = [];
  const server = await listen(
    createServer((req, res) => {
      urls.push(req.url ?? '');
      answer(res, req.url ?? '');
    }),
  );
  return { ...server, urls };
}

/** A server that answers with exactly these parts, and then treats the connection as `end` says. */
function serveWire(parts: readonly (string | Buffer)[], end: 'fin' | 'reset' | 'silence') {
  return startWireServer((socket) => {
    socket.once('data', () => {
      for (const part of parts) socket.write(part);
      if (end === 'fin') socket.end();
      // What was written must arrive first.
      if (end === 'reset') socket.write('', () => socket.resetAndDestroy());
    });
  });
}

/** Sends the beginning of a picture; `left` resolves when the client has disconnected. */
async function serveBeginning() {
  const begun = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const server = await serveBy((res) => {
    res.writeHead(200, { 'content-length': String(PICTURE.length) });
    res.write(PICTURE.subarray(0, 8000), () => begun.resolve());
    res.once('close', () => left.resolve());
  });
  return { ...server, begun: begun.promise, left: left.promise };
}

const head = (...lines: string[]) => ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n');
const lengthOf = (bytes: Buffer) => `content-length: ${bytes.length}`;

describe('a finished picture is fetched', () => {
  test('unchanged, and measured on the way', async () => {
    await using server = await serve(PICTURE, { 'content-length': String(PICTURE.length) });
    await using fetcher = openFetcher(server.url);
    expect(await fetcher.fetch(`${server.url}/life_img/a.jpg?x=1`)).toEqual({
      mediaType: 'image/jpeg',
      sizeBytes: PICTURE.length,
      sha256: hash('sha256', PICTURE),
    });
    expect(fetcher.kept).toMatchObject([{ mediaType: 'image/jpeg' }]);
    expect(fetcher.kept[0]?.bytes.equals(PICTURE)).toBe(true);
    expect(server.urls).toEqual(['/life_img/a.jpg?x=1']);
  });

  test('also without a length', async () => {
    const chunk = Buffer.concat([
      Buffer.from(`${PICTURE.length.toString(16)}\r\n`),
      PICTURE,
      Buffer.from('\r\n0\r\n\r\n'),
    ]);
    await using server = await serveWire([head('transfer-encoding: chunked'), chunk], 'silence');
    await using fetcher = openFetcher(server.url);
    expect(await fetcher.fetch(server.url)).toMatchObject({ sizeBytes: PICTURE.length });
  });

  test.each([
    ['one-pixel.png', 'image/png'],
    ['animated.gif', 'image/gif'],
    ['cmyk.jpg', 'image/jpeg'],
  ])(
    '%s is recognised as %s by its first bytes, whatever its server claims',
    async (name, mediaType) => {
      await using server = await serve(await readPicture(name), { 'content-type': 'text/html' });
      await using fetcher = openFetcher(server.url);
      expect(await fetcher.fetch(server.url)).toMatchObject({ mediaType });
    },
  );
});

describe('nothing is passed on', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  test.each<[string, string | Buffer]>([
    ['HTML', '<!doctype html><title>Not found</title>'],
    ['SVG', svg],
    ['SVG with a prologue', `<?xml version="1.0"?>${svg}`],
    ['JSON', '{"code":9000}'],
    ['a compressed picture', gzipSync(PICTURE)],
    ['a video', Buffer.from('0000001866747970697336300000000069736f6d', 'hex')],
    ['nothing', ''],
  ])('of %s instead of a picture', async (_what, body) => {
    await using server = await serve(body, { 'content-type': 'image/jpeg' });
    await using fetcher = openFetcher(server.url);
    await expect(fetcher.fetch(server.url)).rejects.toMatchObject(UNFIT);
    expect(fetcher.begun).toBe(0);
  });

  test.each([206, 304, 404, 410, 500, 503])('of a picture with status %d', async (status) => {
    await using server = await serve(status === 304 ? '' : PICTURE, {}, status);
    await using fetcher = openFetcher(server.url);
    await expect(fetcher.fetch(server.url)).rejects.toMatchObject({
      ...UNFIT,
      message: expect.stringContaining(String(status)),
    });
    expect(fetcher.begun).toBe(0);
  });

  test('of a picture whose announced length is too large', async () => {
    await using server = await serve(PICTURE, { 'content-length': String(PICTURE.length) });
    await using fetcher = openFetcher(server.url, { maxPictureBytes: PICTURE.length - 1 });
    await expect(fetcher.fetch(server.url)).rejects.toMatchObject(UNFIT);
    expect(fetcher.begun).toBe(0);
    const huge = [head('content-length: 1000000000'), PICTURE];
    await using slow = await serveWire(huge, 'silence');
    await using bounded = openFetcher(slow.url);
    await expect(bounded.fetch(slow.url)).rejects.toMatchObject(UNFIT);
    expect(bounded.begun).toBe(0);
    await using exact = openFetcher(server.url, { maxPictureBytes: PICTURE.length });
    expect(await exact.fetch(server.url)).toMatchObject({ sizeBytes: PICTURE.length });
  });
});

describe('a picture is not stored', () => {
  const half = PICTURE.subarray(0, PICTURE.length / 2);
  const asChunk = Buffer.concat([Buffer.from(`${PICTURE.length.toString(16)}\r\n`), half]);
  test.each([
    ['its connection ends before the announced length', lengthOf(PICTURE), half, 'fin'],
    ['its connection is reset', lengthOf(PICTURE), half, 'reset'],
    ['its connection ends within a chunk', 'transfer-encoding: chunked', asChunk, 'fin'],
    ['its headers have two lengths', `${lengthOf(PICTURE)}\r\ncontent-length: 9`, PICTURE, 'fin'],
  ] as const)('if %s', async (_what, header, body, end) => {
    await using server = await serveWire([head(header), body], end);
    await using fetcher = openFetcher(server.url);
    await expect(fetcher.fetch(server.url)).rejects.toMatchObject(UNAVAILABLE);
    expect(fetcher.kept).toEqual([]);
  });

  test('with bytes beyond the announced length', async () => {
    await using server = await serveWire(
      [head(lengthOf(PICTURE)), Buffer.concat([PICTURE, PICTURE])],
      'fin',
    );
    await using fetcher = openFetcher(server.url);
    const outcome = await Promise.allSettled([fetcher.fetch(server.url)]);
    expect(outcome).toMatchObject([{ value: { sizeBytes: PICTURE.length } }]);
    expect(fetcher.kept[0]?.bytes.equals(PICTURE)).toBe(true);
  });

  test('if it does not end', async () => {
    await using server = await serveBy((res) => {
      res.write(PICTURE);
      const flow = () => {
        while (!res.destroyed && res.write(Buffer.alloc(64 * 1024)));
      };
      res.on('drain', flow);
      flow();
    });
    await using fetcher = openFetcher(server.url, { maxPictureBytes: 1_000_000 });
    await expect(fetcher.fetch(server.url)).rejects.toMatchObject({
      ...UNFIT,
      message: expect.stringContaining('larger'),
    });
    expect(fetcher.begun).toBe(1);
    expect(fetcher.kept).toEqual([]);
  });

  test('if it stalls', async () => {
    await using server = await serveWire([head(lengthOf(PICTURE)), half], 'silence');
    await using fetcher = openFetcher(server.url, { idleTimeoutMs: 50 });
    await expect(fetcher.fetch(server.url)).rejects.toMatchObject(TIMEOUT);
    expect(fetcher.kept).toEqual([]);
  });

  test('if it is too slow', async () => {
    await using server = await serveBy((res) => {
      res.write(PICTURE);
      const drip = setInterval(() => res.write('.'), 5);
      res.once('close', () => clearInterval(drip));
    });
    await using fetcher = openFetcher(server.url, { timeoutMs: 100 });
    await expect(fetcher.fetch(server.url)).rejects.toMatchObject(TIMEOUT);
    expect(fetcher.begun).toBe(1);
    expect(fetcher.kept).toEqual([]);
  });

  test('if no response comes', async () => {
    await using server = await serveWire([], 'silence');
    await using fetcher = openFetcher(server.url, { headersTimeoutMs: 50 });
    await expect(fetcher.fetch(server.url)).rejects.toMatchObject(TIMEOUT);
  });

  test('if no connection opens', async () => {
    await using server = await startUnacceptingServer();
    await using fetcher = openFetcher(server.url, { connectTimeoutMs: 50 });
    await expect(fetcher.fetch(server.url)).rejects.toMatchObject(TIMEOUT);
  });

  test('if the connection is refused', async () => {
    await using fetcher = openFetcher('http://127.0.0.1:1');
    await expect(fetcher.fetch('http://127.0.0.1:1')).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe('a fetch ends, and its connection with it', () => {
  test('when its caller gives up', async () => {
    await using server = await serveBeginning();
    await using fetcher = openFetcher(server.url);
    const controller = new AbortController();
    const outcome = Promise.allSettled([fetcher.fetch(server.url, controller.signal)]);
    await server.begun;
    const reason = new Error('no longer of interest');
    controller.abort(reason);
    expect(await outcome).toEqual([{ status: 'rejected', reason }]);
    await server.left;
  });

  test('when the picture cannot be stored, with that error unchanged', async () => {
    await using server = await serveBeginning();
    await using fetcher = openFetcher(server.url);
    const cause = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const fetching = fetcher.fetchResult(server.url, new AbortController().signal, async () => {
      throw cause;
    });
    await expect(fetching).rejects.toBe(cause);
    await server.left;
  });

  test('when the fetcher closes', async () => {
    await using server = await serveBeginning();
    const fetcher = openFetcher(server.url);
    const outcome = Promise.allSettled([fetcher.fetch(server.url)]);
    await server.begun;
    await fetcher.close();
    expect(await outcome).toMatchObject([{ reason: UNAVAILABLE }]);
    await server.left;
  });
});
