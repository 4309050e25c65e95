import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { answers, startProviderStub } from './support/provider-stub.ts';
import { startWireServer } from './support/wire-server.ts';

const UPLOADED = JSON.stringify(answers.uploaded('photo').body);
const picture = () => uploadOf([Buffer.from('picture')]);

/** A provider that answers every call with these encoded bytes. */
async function startEncoder(body: Uint8Array, contentEncoding: string) {
  return startWireServer((socket) => {
    socket.once('data', () => {
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-encoding: ${contentEncoding}\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
    });
  });
}

describe('an answer that is compressed although that was not requested is understood', () => {
  const rows: readonly [string, Uint8Array][] = [
    ['gzip', gzipSync(UPLOADED)],
    ['X-GZip', gzipSync(UPLOADED)],
    ['deflate', deflateSync(UPLOADED)],
    ['deflate', deflateRawSync(UPLOADED)],
    ['br', brotliCompressSync(UPLOADED)],
    ['zstd', zstdCompressSync(UPLOADED)],
    ['deflate, identity,gzip', gzipSync(deflateSync(UPLOADED))],
    ['identity', Buffer.from(`\uFEFF${UPLOADED}`)],
  ];
  test.for(rows)('%s', async ([contentEncoding, body]) => {
    await using server = await startEncoder(body, contentEncoding);
    await using provider = connectProvider(server.url);
    expect(await provider.upload(picture())).toMatchObject({ id: 'photo' });
  });
});

describe('an answer that is not encoded as its header says is read as plain text', () => {
  test.for(['utf-8', 'UTF-8, gzip', 'gzip', 'deflate', 'br', 'compress', 'gzip,gzip,gzip,gzip'])(
    '%s',
    async (contentEncoding) => {
      await using server = await startEncoder(Buffer.from(UPLOADED), contentEncoding);
      await using provider = connectProvider(server.url);
      expect(await provider.upload(picture())).toMatchObject({ id: 'photo' });
    },
  );
});

test('no compression is requested', async () => {
  await using stub = await startProviderStub(() => answers.uploaded());
  await using provider = connectProvider(stub.url);
  await provider.upload(picture());
  expect(stub.calls[0]?.headers['accept-encoding']).toBe('identity');
});

describe('an answer that cannot be decoded is invalid, and its cost is unknown', () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000, ' '));
  const rows: readonly [string, string, Uint8Array, string][] = [
    ['of an unknown encoding', 'compress', gzipSync(UPLOADED), 'content-encoding compress'],
    ['that is cut', 'gzip', gzipSync(UPLOADED).subarray(0, 20), 'unexpected end'],
    ['that is not encoded as declared', 'br', Buffer.from('<html>'), 'Decompression failed'],
    ['that grows without end', 'gzip', bomb, 'larger than 65536 bytes'],
    ['that is encoded too often', 'gzip,gzip,gzip,gzip', bomb, 'too often'],
  ];
  test.for(rows)('%s', async ([, contentEncoding, body, reason]) => {
    await using server = await startEncoder(body, contentEncoding);
    await using provider = connectProvider(server.url);
    await expect(provider.upload(picture())).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
      charged: null,
      cause: { cause: { message: expect.stringContaining(reason) } },
    });
  });
});
