import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readFixture } from './support/fixtures.ts';
import { addressOf, transports, type Request } from './support/limits-transports.ts';
import { startFaultyProvider } from './support/fault-provider.ts';
import {
  FORM_HEADERS,
  field,
  file,
  sendForm,
  startForm,
  wholeForm,
} from './support/multipart-client.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { startSharedGateway } from './support/traffic-gateway.ts';

const picture = Buffer.from(await (await readFixture('landscape-small.jpg')).arrayBuffer());
const provider = await startFaultyProvider();
const gateway = await startGatewayOf(provider.env);
const strict = await startGatewayOf({
  ...provider.env,
  TRUSTED_DOCUMENTS_FILE: 'schema/typed/persisted-documents.json',
  TRUSTED_DOCUMENTS: 'only',
  INTROSPECTION: 'off',
});
const shared = await startSharedGateway({
  ...provider.env,
  REQUESTS_PER_MINUTE_PER_CLIENT: '1',
  ARCHIVE_URL: 'off',
});
afterAll(async () => {
  await Promise.all([gateway.close(), strict.close(), shared[Symbol.asyncDispose]()]);
  await provider[Symbol.asyncDispose]();
});

const good = 'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';
const upload = (text: string) => good.replace('{ uploadPhoto', `{ ${text} uploadPhoto`);
const variables = { file: null };
const aliases = Array.from({ length: 40 }, (_, at) => `a${at}: __typename`).join(' ');

/** Faults of a document or of its parameters, on any transport. */
const REFUSED: Readonly<Record<string, Request>> = {
  'a syntax error': { query: `${good} }`, variables },
  'an unknown field': { query: upload('nothing'), variables },
  'an unknown field of the photo': { query: good.replace('id', 'id size'), variables },
  'a value of the wrong type': { query: good.replace('REPAIR', '"REPAIR"'), variables },
  'an unknown argument': { query: good.replace('repairType', 'kind'), variables },
  'a variable of the wrong type': { query: good.replace('Upload!', 'String!'), variables },
  'a second upload': {
    query: upload('other: uploadPhoto(file: $file, repairType: REPAIR) { id }'),
    variables,
  },
  'too many aliases': { query: upload(aliases), variables },
  'too many tokens': { query: upload('a '.repeat(3000)), variables },
  // A form fills in the variable of its file.
  'no variables': {
    query: good.replace('Upload!', 'Upload!, $type: RepairType!').replace('REPAIR', '$type'),
  },
  'a variable with a wrong value': { query: good, variables: { file: 'photo.jpg' } },
  'an operation that is not in the document': {
    query: `${good} query Q { __typename }`,
    operationName: 'R',
  },
};

async function errorsOf(request: Promise<{ readonly errors?: readonly unknown[] | undefined }>) {
  const { errors = [] } = await request;
  return errors;
}

/** What the errors say about the cost, and what the provider has charged. */
const costOf = (errors: readonly unknown[] = []) => ({
  told: [...new Set(errors.map((error) => chargeSchema.parse(error).extensions.charged))],
  booked: provider.charges(),
});
const FREE = { told: [false], booked: 0 };
const chargeSchema = z.object({ extensions: z.object({ charged: z.unknown() }) });

function formOf(request: object, map: object = { 0: ['variables.file'] }) {
  return wholeForm([field('operations', request), field('map', map), file('0', picture)]);
}

describe.each(Object.entries(REFUSED))(
  'an upload with %s is reported as free',
  (_what, request) => {
    test('in a form with its file', async () => {
      const { body } = await sendForm(gateway.endpoint, formOf(request));
      expect(costOf(body.errors)).toEqual(FREE);
    });

    test.each(Object.entries(transports))('over %s', async (_transport, send) => {
      expect(costOf(await errorsOf(send(gateway.endpoint, request)))).toEqual(FREE);
    });

    test('if only trusted documents may run', async () => {
      for (const send of [transports['HTTP POST'], transports.WebSocket]) {
        expect(costOf(await errorsOf(send(strict.endpoint, request)))).toEqual(FREE);
      }
    });
  },
);

describe('a form is reported as free', () => {
  const whole = formOf({ query: good, variables });
  const tooLarge = { 'content-length': '90000000' };

  test.each<readonly [string, number, Buffer, Readonly<Record<string, string>>]>([
    ['whose operations are not JSON', 400, formOf([]), {}],
    ['that has no document', 200, formOf({ variables }), {}],
    ['whose document is not a text', 400, formOf({ query: 5, variables }), {}],
    [
      'with malformed variables',
      400,
      formOf({ query: good, variables: [null] }, { 0: ['variables.0'] }),
      {},
    ],
    ['with malformed extensions', 400, formOf({ query: good, variables, extensions: 5 }), {}],
    ['with an unknown parameter', 400, formOf({ query: good, variables, more: 1 }), {}],
    ['with a map that leads nowhere', 400, formOf({ query: good, variables }, { 0: ['file'] }), {}],
    ['that ends too early', 400, whole.subarray(0, -10), {}],
    ['without a boundary', 400, whole, { 'content-type': 'multipart/form-data' }],
    [
      'in another charset',
      415,
      whole,
      { 'content-type': `${FORM_HEADERS['content-type']}; charset=latin1` },
    ],
    ['that is compressed', 415, whole, { 'content-encoding': 'gzip' }],
    ['whose client accepts no possible type', 406, whole, { accept: 'text/html' }],
    ['that is too large', 413, whole, tooLarge],
  ])('%s', async (_what, status, body, headers) => {
    const { request, answer } = startForm(gateway.endpoint, { headers });
    if ('content-length' in headers) request.write(body);
    else request.end(body);
    const given = await answer;
    expect(given.status).toBe(status);
    expect(costOf(given.body.errors)).toEqual(FREE);
    request.destroy();
  });

  test.each(['PUT', 'DELETE'])('by the method %s', async (method) => {
    const init = { method, headers: FORM_HEADERS, body: new Uint8Array(whole) };
    const response = await fetch(gateway.endpoint, init);
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { charged: false } }] });
  });

  test('that names an unregistered document', async () => {
    for (const { endpoint } of [gateway, strict]) {
      const { body } = await sendForm(endpoint, formOf({ documentId: 'none', variables }));
      expect(costOf(body.errors)).toEqual(FREE);
    }
  });

  test('of a client that is not accepted, or over its rate limit', async () => {
    const unauthenticated = await sendForm(shared.endpoint, whole);
    expect(unauthenticated.status).toBe(401);
    expect(costOf(unauthenticated.body.errors)).toEqual(FREE);
    await sendForm(shared.endpoint, formOf({ query: '{ __typename }', variables }), {
      headers: shared.anna,
    });
    const limited = await sendForm(shared.endpoint, whole, { headers: shared.anna });
    expect(limited.status).toBe(429);
    expect(costOf(limited.body.errors)).toEqual(FREE);
  });
});

test('an upload by GET is reported as free', async () => {
  const response = await fetch(addressOf(gateway.endpoint, { query: good }));
  expect(response.status).toBe(405);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { charged: false } }] });
});

test('an error of any other operation does not mention a charge', async () => {
  for (const send of Object.values(transports)) {
    if (send === transports['a form']) continue;
    for (const query of [
      '{',
      '{ nothing }',
      '{ photoStatus(id: "a b") { id } }',
      `{ ${aliases} }`,
    ]) {
      const errors = await errorsOf(send(gateway.endpoint, { query }));
      expect(errors).not.toEqual([]);
      expect(JSON.stringify(errors)).not.toContain('charged');
    }
  }
});
