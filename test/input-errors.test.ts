import { afterAll, describe, expect, test } from 'vitest';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { eachTransport, transports } from './support/limits-transports.ts';
import { field, sendForm, wholeForm } from './support/multipart-client.ts';
import { startBareServer } from './support/start-bare-server.ts';

const { photos, asked } = createEmptyModule();
const gateway = await startBareServer(photos);
afterAll(() => gateway.close());

const photo = 'query ($id: ID!) { photo(id: $id) { id } }';
const upload = 'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';
const hint = expect.stringMatching(/^Variable "\$file" .* send a multipart request, /s);

describe.each(eachTransport)('over %s', (_transport, send) => {
  test.each([
    ['is missing', photo, {}],
    ['is null', photo, { id: null }],
    ['has a wrong type', photo, { id: { a: 1 } }],
    ['is a list', photo, { id: ['a', 'b'] }],
  ])('a variable that %s is BAD_USER_INPUT', async (_how, query, variables) => {
    asked.length = 0;
    const { errors } = await send(gateway.endpoint, { query, variables });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', retryable: false } }]);
    expect(asked).toEqual([]);
  });
});

describe.each([
  ['HTTP POST', transports['HTTP POST']],
  ['WebSocket', transports.WebSocket],
  ['a form', transports['a form']],
])('over %s', (_transport, send) => {
  test.each([{}, { file: null }, { file: {} }, { file: 'data:image/png;base64,AAAA' }])(
    'a file sent as %j is told to send a form',
    async (variables) => {
      const { errors } = await send(gateway.endpoint, { query: upload, variables });
      const extensions = { code: 'BAD_USER_INPUT', retryable: false, charged: false };
      expect(errors).toMatchObject([{ message: hint, extensions }]);
    },
  );
});

test('a form without the file in its map is told so too', async () => {
  const form = [field('operations', { query: upload, variables: {} }), field('map', {})];
  const { body } = await sendForm(gateway.endpoint, wholeForm(form));
  expect(body.errors).toMatchObject([{ message: hint, extensions: { charged: false } }]);
});
