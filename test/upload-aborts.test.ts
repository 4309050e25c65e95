import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { disconnectUpload, uploadForm } from './support/fault-disconnects.ts';
import { startFaultyProvider } from './support/fault-provider.ts';
import { sendForm } from './support/multipart-client.ts';
import { jpegStart } from './support/slow-upload.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const CLIENTS = 120;
/** The bytes of the form after the picture. */
const END_BYTES = 60;

test('a client that disconnects anywhere before the last byte of its picture is not charged', async () => {
  await using provider = await startFaultyProvider();
  const gateway = await startGatewayOf(provider.env);
  const picture = Buffer.concat([jpegStart, Buffer.alloc(200_000)]);
  const form = uploadForm(picture, null);
  const disconnect = fc.record({
    sentFraction: fc
      .integer({ min: 0, max: form.length - END_BYTES })
      .map((bytes) => bytes / form.length),
    lingerMs: fc.integer({ min: 0, max: 20 }),
    breaks: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(disconnect, { minLength: 10, maxLength: 10 }),
      async (disconnects) => {
        await Promise.all(disconnects.map((each) => disconnectUpload(gateway, form, each)));
      },
    ),
    { numRuns: CLIENTS / 10 },
  );
  // One that stays, which shows that charges are counted.
  const { body } = await sendForm(gateway.endpoint, form);
  expect(body).toMatchObject({ data: { uploadPhoto: { id: expect.any(String) } } });
  // Lets running uploads finish.
  await gateway.close();
  expect(provider.charges()).toBe(1);
});
