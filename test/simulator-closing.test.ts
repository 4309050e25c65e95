import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startSimulator } from '../packages/simulator/simulator.ts';
import { connectSimulator, readPicture } from './support/simulator-client.ts';

const PORTRAIT = await readPicture('portrait-scratched.jpg');
const PIXEL = await readPicture('one-pixel.png');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photo-test-'));
  vi.stubEnv('TMPDIR', folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const filesOf = () => readdir(folder, { recursive: true });

test('a start and a close leave nothing behind', async () => {
  const simulator = await startSimulator();
  expect(await filesOf()).toHaveLength(1);
  await simulator.close();
  expect(await filesOf()).toEqual([]);
});

test('closing while pictures are being restored, waiting or in their processing time leaves nothing behind', async () => {
  const processingTimeMs = Number.POSITIVE_INFINITY;
  const { simulator, accept, upload } = await connectSimulator({ processingTimeMs });
  const faults: unknown[] = [];
  simulator.events.on('fault', (error) => faults.push(error));
  await accept(PIXEL);
  await accept(PORTRAIT, { repair_type: 'sr,repair,colour' });
  await accept(PORTRAIT, { repair_type: 'sr,repair,colour' });
  const cutOff = upload(PORTRAIT).then(
    () => 'answered',
    () => 'cut off',
  );
  await once(simulator.events, 'request');
  await simulator.close();
  expect(await cutOff).toBe('cut off');
  expect(await filesOf()).toEqual([]);
  expect(faults).toEqual([]);
});

test('closing frees the port', async () => {
  const simulator = await startSimulator();
  const port = Number(new URL(simulator.url).port);
  await simulator.close();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  expect(other.address()).toMatchObject({ port });
  other.close();
  await once(other, 'close');
});

test('closing ends idle connections, and those in the middle of a request', async () => {
  const simulator = await startSimulator();
  const port = Number(new URL(simulator.url).port);
  const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  for (const socket of sockets) socket.on('error', () => undefined).resume();
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  sockets[0]?.write('POST /api/third/photo/status HTTP/1.1\r\nhost: x\r\n');
  const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  await simulator.close();
  await Promise.all(closed);
  expect(sockets.every((socket) => socket.destroyed)).toBe(true);
});

test('a second close waits for the first', async () => {
  const simulator = await startSimulator();
  const first = simulator.close();
  await simulator.close();
  expect(await filesOf()).toEqual([]);
  await first;
});

test('a port in use makes the start fail, and leaves nothing behind', async () => {
  await using simulator = await startSimulator();
  const port = Number(new URL(simulator.url).port);
  await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(await readdir(folder)).toHaveLength(1);
});

test('a removed picture leaves no file, even if it is removed while it is being restored', async () => {
  const { simulator, accept } = await connectSimulator();
  await using _ = simulator;
  const done = once(simulator.events, 'photoReady');
  const going = await accept(PORTRAIT, { repair_type: 'sr,repair' });
  simulator.expire(going.mdf);
  const last = await accept(PIXEL);
  expect(await done).toEqual([{ mdf: last.mdf }]);
  const own = join(folder, (await readdir(folder))[0] ?? '');
  await expect.poll(() => readdir(own)).toHaveLength(2);
  simulator.expire(last.mdf);
  await expect.poll(() => readdir(own)).toEqual([]);
});

test('pictures are deleted after their hour even if nobody requests them', async () => {
  let nowMs = 1_800_000_000_000;
  const { simulator, accept } = await connectSimulator({ now: () => nowMs, keepForMs: 50 });
  await using _ = simulator;
  const ready = once(simulator.events, 'photoReady');
  await accept(PIXEL);
  await ready;
  const own = join(folder, (await readdir(folder))[0] ?? '');
  expect(await readdir(own)).toHaveLength(2);
  nowMs += 50;
  await expect.poll(() => readdir(own)).toEqual([]);
});
