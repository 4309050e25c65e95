import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { startGatewayProcess } from './support/fault-gateway-process.ts';
import {
  disconnectEvents,
  disconnectSocket,
  disconnectUpload,
  NEVER_READY,
  uploadForm,
  type Disconnect,
} from './support/fault-disconnects.ts';
import { startFaultyProvider } from './support/fault-provider.ts';
import { sendForm } from './support/multipart-client.ts';
import { jpegStart } from './support/slow-upload.ts';

const CLIENTS = 500;
const AT_ONCE = 50;
const MIB = 1024 * 1024;

const provider = await startFaultyProvider();
provider.processing.add(NEVER_READY);
const gateway = await startGatewayProcess(provider.env);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

interface Client extends Disconnect {
  readonly kind: 'upload' | 'upload under a key' | 'events' | 'socket';
}

const client: fc.Arbitrary<Client> = fc.noBias(
  fc.record({
    kind: fc.constantFrom('upload', 'upload under a key', 'events', 'socket'),
    // Every fifth stays until everything is sent.
    sentFraction: fc.integer({ min: 0, max: 125 }).map((percent) => percent / 100),
    lingerMs: fc.integer({ min: 0, max: 30 }),
    breaks: fc.boolean(),
  }),
);

let pictures = 0;
/** The provider knows each picture by its size. */
function nextPicture(): Buffer {
  pictures += 1;
  return Buffer.concat([jpegStart, Buffer.alloc(30_000 + pictures)]);
}
const keyOf = (picture: Buffer) => `key-${picture.length}`;

interface Sent {
  readonly picture: Buffer;
  readonly key: string | null;
}

async function run(disconnect: Client): Promise<Sent | null> {
  if (disconnect.kind === 'events') await disconnectEvents(gateway, disconnect);
  if (disconnect.kind === 'socket') await disconnectSocket(gateway, disconnect);
  if (disconnect.kind === 'events' || disconnect.kind === 'socket') return null;
  const picture = nextPicture();
  const key = disconnect.kind === 'upload' ? null : keyOf(picture);
  await disconnectUpload(gateway, uploadForm(picture, key), disconnect);
  return { picture, key };
}

/** Returns the pictures that were sent, or partly sent. */
async function runAll(clients: readonly Client[]): Promise<readonly Sent[]> {
  const sent: (Sent | null)[] = [];
  for (let first = 0; first < clients.length; first += AT_ONCE) {
    sent.push(...(await Promise.all(clients.slice(first, first + AT_ONCE).map(run))));
  }
  return sent.filter((upload) => upload !== null);
}

/** Sends a picture again under its key, and waits for the answer. */
async function repeat({ picture, key }: Sent) {
  const { body } = await sendForm(gateway.endpoint, uploadForm(picture, key));
  return body;
}

/** What is left once clients have disconnected. Connections to the provider are kept for 3 s. */
async function held() {
  const { resources, descriptors } = await gateway.measure();
  return { resources, descriptors };
}

test('500 clients that disconnect at any moment leak nothing, and none pays twice', async () => {
  const atFirst = await held();
  // A failure reports the seed.
  const leaveAll = fc.asyncProperty(fc.integer(), async (seed) => {
    const clients = fc.sample(client, { seed, numRuns: CLIENTS });
    // Compiled code and caches of the first clients stay.
    await runAll(clients.slice(0, 2 * AT_ONCE));
    const { heapBytes } = await gateway.measure();

    const sent = await runAll(clients);
    await expect.poll(held).toEqual(atFirst);
    const after = await gateway.measure();
    expect(after.heapBytes - heapBytes).toBeLessThan(8 * MIB);

    const keyed = sent.filter(({ key }) => key !== null);
    for (const result of await Promise.all(keyed.map(repeat))) {
      expect(result).toEqual({ data: { uploadPhoto: { id: expect.any(String) } } });
    }
    for (const { picture, key } of sent) {
      const charges = provider.charges(picture.length);
      expect(key === null ? [0, 1] : [1]).toContain(charges);
    }
  });
  await fc.assert(leaveAll, { numRuns: 1, endOnFailure: true });
  expect(await gateway.close()).toBe(0);
  expect(gateway.errors).toEqual([]);
});
