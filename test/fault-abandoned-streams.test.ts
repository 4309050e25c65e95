import { request } from 'node:http';
import { expect, test } from 'vitest';
import type { Access } from '../src/access/access.ts';
import { everybody } from '../src/access/everybody.ts';
import { createLargePhotosModule } from './support/fault-large-photos.ts';
import { startBareServer } from './support/start-bare-server.ts';

/** Accepts everyone once it may, and counts the watches of auth sessions. */
function countingAccess() {
  const watching = new Set<object>();
  const open = Promise.withResolvers<void>();
  let asked = 0;
  const access: Access = {
    ...everybody,
    async admit() {
      asked += 1;
      await open.promise;
      return {
        holder: null,
        client: () => ({ name: 'anna', uploadsPerDay: null }),
        onEnd() {
          const watch = { [Symbol.dispose]: () => void watching.delete(watch) };
          watching.add(watch);
          return watch;
        },
      };
    },
  };
  return {
    access,
    open: () => open.resolve(),
    get watching() {
      return watching.size;
    },
    get asked() {
      return asked;
    },
  };
}

/** Opens a stream whose request announces a body that never comes; the gateway waits for it a while. */
function openStream(endpoint: string) {
  const query = 'subscription { photoReady(id: "a") { id } }';
  const opening = request(`${endpoint}?query=${encodeURIComponent(query)}`, {
    agent: false,
    headers: { accept: 'text/event-stream', 'content-length': '10' },
  });
  opening.on('error', () => undefined);
  opening.flushHeaders();
  return opening;
}

test('a stream whose client disconnected before its start is ended, with everything that it holds', async () => {
  const counted = countingAccess();
  const module = createLargePhotosModule(10);
  await using server = await startBareServer(module.photos, { access: counted.access });
  counted.open();
  const streams = Array.from({ length: 20 }, () => openStream(server.endpoint));
  await expect.poll(() => counted.watching).toBe(20);
  for (const stream of streams) stream.destroy();
  await expect.poll(() => counted.watching).toBe(0);
  expect(module.openStreams).toBe(0);
});

test('a stream whose client disconnected before its authentication holds nothing', async () => {
  const counted = countingAccess();
  const module = createLargePhotosModule(10);
  await using server = await startBareServer(module.photos, { access: counted.access });
  const streams = Array.from({ length: 20 }, () => openStream(server.endpoint));
  await expect.poll(() => counted.asked).toBe(20);
  for (const stream of streams) stream.destroy();
  const staying = openStream(server.endpoint);
  await expect.poll(() => counted.asked).toBe(21);
  counted.open();
  // Only the last one is left.
  await expect.poll(() => counted.watching).toBe(1);
  staying.destroy();
  await expect.poll(() => counted.watching).toBe(0);
});
