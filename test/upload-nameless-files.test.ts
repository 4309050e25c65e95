import { afterAll, expect, test } from 'vitest';
import { startFaultyProvider } from './support/fault-provider.ts';
import { field, sendForm, wholeForm } from './support/multipart-client.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const provider = await startFaultyProvider();
const gateway = await startGatewayOf(provider.env);
afterAll(async () => {
  await gateway.close();
  await provider[Symbol.asyncDispose]();
});

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.alloc(5000)]);
const query = 'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';

/** A form whose file is in a part with these headers. */
function formWith(disposition: string, type: string | null) {
  const headers = [`Content-Disposition: form-data; name="0"${disposition}`];
  if (type !== null) headers.push(`Content-Type: ${type}`);
  return wholeForm([
    field('operations', { query, variables: { file: null } }),
    field('map', { 0: ['variables.file'] }),
    { headers, content: jpeg },
  ]);
}

test.each([
  ['', 'application/octet-stream'],
  ['; filename=""', 'application/octet-stream'],
  ['; filename="."', 'application/octet-stream'],
  ['', 'image/jpeg'],
  ['', 'text/plain'],
  ['', null],
  ['; filename=""', 'image/jpeg'],
  ['; filename=""', null],
])('a part with %j for its name and the type %s is the file', async (disposition, type) => {
  const before = provider.charges();
  const { body } = await sendForm(gateway.endpoint, formWith(disposition, type));
  expect(body).toEqual({ data: { uploadPhoto: { id: expect.any(String) } } });
  expect(provider.charges()).toBe(before + 1);
});
