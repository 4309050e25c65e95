import { once } from 'node:events';
import { get, IncomingMessage, request as openRequest } from 'node:http';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { connectSimulator, readPicture } from './support/simulator-client.ts';

const PICTURE = await readPicture('one-pixel.png');

test('the picture is served as it was uploaded, byte by byte, by GET and HEAD', async () => {
  const { simulator, accept } = await connectSimulator();
  await using _ = simulator;
  const { img_url: url } = await accept(PICTURE);
  expect(url).toMatch(/_out\.png$/);
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toBe('image/png');
  expect(response.headers.get('content-length')).toBe(String(PICTURE.length));
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(PICTURE);
  const head = await fetch(url, { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe(String(PICTURE.length));
  expect(await head.text()).toBe('');
});

test('the result is served as JPEG, only once it is ready', async () => {
  const processingTimeMs = Number.POSITIVE_INFINITY;
  const { simulator, accept } = await connectSimulator({ processingTimeMs });
  await using _ = simulator;
  const { mdf } = await accept(PICTURE);
  const url = `${simulator.url}/static/life_img/${mdf}01100.jpg`;
  expect((await fetch(url)).status).toBe(404);
  const ready = once(simulator.events, 'photoReady');
  simulator.finish(mdf);
  await ready;
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.subarray(0, 3).toString('hex')).toBe('ffd8ff');
  expect(response.headers.get('content-length')).toBe(String(bytes.length));
});

test.for([
  { method: 'GET', path: '/', status: 404 },
  { method: 'GET', path: '/static/img/none.jpg', status: 404 },
  { method: 'GET', path: '/static/../../../../etc/passwd', status: 404 },
  { method: 'GET', path: '/static/%2e%2e/%2e%2e/etc/passwd', status: 404 },
  { method: 'DELETE', path: '/static/img/none.jpg', status: 405 },
  { method: 'GET', path: '/api/third/photo/status', status: 405 },
  { method: 'PUT', path: '/api/third/photo/upload', status: 405 },
  { method: 'GET', path: '/api/third/photo/uploads', status: 404 },
])('$method $path is HTTP $status and no call', async ({ method, path, status }) => {
  const { simulator } = await connectSimulator();
  await using _ = simulator;
  const { hostname, port } = new URL(simulator.url);
  const request = openRequest({ hostname, port, path, method, agent: false }).end();
  const [response] = await once(request, 'response');
  expect(response).toMatchObject({ statusCode: status });
  request.destroy();
  expect(simulator.requests).toHaveLength(0);
});

test('pictures can have another public address', async () => {
  const { simulator, accept } = await connectSimulator({ publicUrl: 'https://photo.example.com' });
  await using _ = simulator;
  const { img_url: url } = await accept(PICTURE);
  expect(url).toMatch(/^https:\/\/photo\.example\.com\/static\/img\//);
});

test('a client that disconnects in the middle of a picture affects nobody else', async () => {
  const { simulator, accept } = await connectSimulator();
  await using _ = simulator;
  const faults: unknown[] = [];
  simulator.events.on('fault', (error) => faults.push(error));
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const create = { width: 1500, height: 1500, channels: 3, background: 'grey', noise } as const;
  // Larger than the sockets' buffers, so it cannot have been sent when the client disconnects.
  const large = Uint8Array.from(await sharp({ create }).png().toBuffer());
  const { img_url: url } = await accept(large);
  const request = get(url, { agent: false });
  const [response] = z
    .tuple([z.instanceof(IncomingMessage)])
    .parse(await once(request, 'response'));
  const left = new Promise((resolve) => response.on('error', () => undefined).on('close', resolve));
  request.destroy();
  await left;
  expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(large.length);
  await simulator.close();
  expect(faults).toEqual([]);
});
