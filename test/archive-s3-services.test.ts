import type { LookupFunction } from 'node:net';
import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import { startFaultyS3 } from './support/archive-s3-faults.ts';
import { openS3Archive as openArchive } from './support/archive-s3-opened.ts';
import { pictureOf, readPicture } from './support/archive-sources.ts';
import { startS3Server, startStrictS3Server } from './support/s3-server.ts';

const NEVER = new AbortController().signal;
const ORIGIN = 'http://127.0.0.1:1';

const soon = () => new Date(Date.now() + 60_000);

const lookup: LookupFunction = (_hostname, { all }, callback) => {
  if (all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

describe('a service that is not Amazon’s', () => {
  test('may need the bucket in the host name', async () => {
    await using server = await startS3Server();
    const { port } = new URL(server.endpoint);
    const endpoint = `http://s3.localhost:${port}`;
    await using archive = openArchive({ endpoint }, { pathStyle: false, lookup });
    const picture = await readPicture();
    await archive.put('mine', pictureOf(picture), NEVER);
    const address = await archive.address('mine', { origin: ORIGIN, expiresAt: soon() });
    expect(address).toMatch(`http://photos.s3.localhost:${port}/finished/pictures/mine?`);
    const { host, origin } = new URL(address);
    const direct = address.replace(origin, server.endpoint);
    const { statusCode, body } = await request(direct, { headers: { host } });
    expect(statusCode).toBe(200);
    expect(Buffer.from(await body.arrayBuffer()).equals(picture)).toBe(true);
  });

  test('may have another address for clients than for the gateway', async () => {
    await using server = await startStrictS3Server();
    await using internal = await startFaultyS3(server.endpoint, () => 'pass');
    await using archive = openArchive(internal, { publicEndpoint: server.endpoint });
    const picture = await readPicture();
    await archive.put('mine', pictureOf(picture), NEVER);
    const before = internal.calls.length;
    const address = await archive.address('mine', { origin: ORIGIN, expiresAt: soon() });
    expect(new URL(address).origin).toBe(server.endpoint);
    const response = await fetch(address);
    expect(await response.bytes()).toEqual(new Uint8Array(picture));
    expect(internal.calls).toHaveLength(before);
  });

  const page = '<html><head><title>Sign in</title></head><body><p>Hello<br></body></html>';
  const html = { 'content-type': 'text/html; charset=utf-8' };
  test.each([
    [200, html, page, 'HTTP 200 with a web page'],
    [403, html, page, 'HTTP 403 with a web page ("Sign in Hello")'],
    [302, { ...html, location: 'https://login.example.com/' }, '', 'HTTP 302 with a web page'],
    [
      405,
      { 'content-type': 'text/plain' },
      'no such method',
      'HTTP 405 with something else ("no such',
    ],
    [404, {}, '{"error":"nothing here"}', 'HTTP 404 with something else ("{"error"'],
  ])(
    'is distinguished from a server that is not S3 (HTTP %i)',
    async (status, headers, body, text) => {
      await using server = await startS3Server();
      await using proxy = await startFaultyS3(server.endpoint, () => ({ status, headers, body }));
      await using archive = openArchive(proxy);
      const told = expect.stringContaining(`${proxy.endpoint} answers ${text}`);
      const refusal = { message: told, $metadata: { httpStatusCode: status } };
      await expect(archive.check(NEVER)).rejects.toMatchObject(refusal);
      const put = archive.put('lost', pictureOf(await readPicture()), NEVER);
      await expect(put).rejects.toMatchObject(refusal);
      await expect(archive.remove('lost')).rejects.toMatchObject(refusal);
    },
  );

  test('has stored a picture only if it confirms that', async () => {
    await using server = await startS3Server();
    const silence = { status: 200, headers: {}, body: '' };
    await using proxy = await startFaultyS3(server.endpoint, () => silence);
    await using archive = openArchive(proxy);
    const put = archive.put('lost', pictureOf(await readPicture()), NEVER);
    await expect(put).rejects.toThrow('S3 accepted a picture without returning an ETag');
  });
});
