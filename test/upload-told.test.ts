import { once } from 'node:events';
import { Readable } from 'node:stream';
import { isNonNullType, isObjectType } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { schema } from '../src/graphql/schema.ts';
import { openSqliteStore } from '../src/photos/store/sqlite/sqlite-store.ts';
import {
  startFaultyProvider,
  type FaultyCall,
  type FaultyProvider,
} from './support/fault-provider.ts';
import {
  field,
  file,
  FORM_END,
  FORM_HEADERS,
  openForm,
  startForm,
  wholeForm,
} from './support/multipart-client.ts';
import { startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { startModule } from './support/start-module.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

/** The provider's answer to a request for a download address, which the test gives. */
interface Downloads {
  readonly asked: PromiseWithResolvers<void>;
  readonly reply: PromiseWithResolvers<string>;
}

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.alloc(5000)]);
const query =
  'mutation ($file: Upload!, $wait: Int) { uploadPhoto(file: $file, repairType: REPAIR, waitSeconds: $wait) { id downloadUrl { url } } }';

function partsOf(wait = 0) {
  return [
    field('operations', { query, variables: { file: null, wait } }),
    field('map', { 0: ['variables.file'] }),
    file('0', jpeg),
  ];
}

let provider: FaultyProvider;
let gateway: RunningGateway;
beforeEach(async () => {
  provider = await startFaultyProvider();
  gateway = await startGatewayOf(provider.env);
});
afterEach(async () => {
  await gateway.close();
  await provider[Symbol.asyncDispose]();
});

async function uploadAccepting(accept: string) {
  const body = new Uint8Array(wholeForm(partsOf()));
  const headers = { ...FORM_HEADERS, accept };
  const response = await fetch(gateway.endpoint, { method: 'POST', headers, body });
  const type = response.headers.get('content-type');
  return { status: response.status, type, text: await response.text() };
}

const UNACCEPTABLE = [
  'text/html',
  'image/*',
  'application/xml',
  'application/graphql+json',
  'application/json;charset=latin1',
  'application',
  'text/html;q=0.9, image/webp',
];

describe('an answer that the client does not accept', () => {
  test.each(UNACCEPTABLE)('is refused before the upload is paid: Accept: %s', async (accept) => {
    const answer = await uploadAccepting(accept);
    expect(answer.status).toBe(406);
    expect(answer.type).toContain('application/json');
    expect(JSON.parse(answer.text)).toMatchObject({
      errors: [
        {
          message: expect.stringMatching(
            /application\/graphql-response\+json.*application\/json.*text\/event-stream/,
          ),
          extensions: { code: 'BAD_USER_INPUT', retryable: false, charged: false },
        },
      ],
    });
    expect(provider.calls('upload')).toBe(0);
  });

  test.each([
    '*/*',
    'application/*',
    'text/*',
    'application/json',
    'application/graphql-response+json',
    'text/event-stream',
    'multipart/mixed',
    'text/html, */*;q=0.1',
    'Application/JSON',
    '',
  ])('has no possible type: Accept: %s', async (accept) => {
    const answer = await uploadAccepting(accept);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('"id":"photo-1"');
    expect(provider.charges()).toBe(1);
  });

  test.each(['application/json', 'image/png'])(
    'is refused to a subscription before it begins: Accept: %s',
    async (accept) => {
      const response = await fetch(gateway.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: '{"query":"subscription { photoReady(id: \\"a\\") { id } }"}',
      });
      expect(response.status).toBe(406);
      expect(await response.json()).toMatchObject({
        errors: [{ message: expect.stringContaining('text/event-stream') }],
      });
      expect(provider.calls('status')).toBe(0);
    },
  );
});

/** Accepts the upload as soon as its first bytes have arrived, and charges it. */
function takeEarly(downloads: Downloads | null = null) {
  const taken = Promise.withResolvers<void>();
  const early = '{"code":200,"data":{"img_url":"http://127.0.0.1/o.jpg","mdf":"early"}}';
  async function answer(call: FaultyCall) {
    const { endpoint, req, res } = call;
    if (endpoint === 'upload') {
      await once(req, 'data');
      req.pause();
      res.end(early, taken.resolve);
    } else if (endpoint === 'download' && downloads !== null) {
      downloads.asked.resolve();
      res.end(await downloads.reply.promise);
    } else {
      res.end(await call.carryOut());
    }
  }
  provider.fault = answer;
  return taken.promise;
}

describe('a photo that is paid for is returned', () => {
  test('whatever follows the file of a form', async () => {
    const taken = takeEarly();
    const { request, answer } = startForm(gateway.endpoint);
    request.write(openForm(partsOf(1)));
    await taken;
    await expect.poll(() => provider.calls('status')).toBeGreaterThan(0);
    request.end(Buffer.concat([Buffer.from('\r\n'), openForm([file('1', 'x')]), FORM_END]));
    const { status, body } = await answer;
    expect(body.data).toMatchObject({ uploadPhoto: { id: 'early' } });
    expect(status).toBe(200);
  });

  test('if a field of the photo fails', async () => {
    provider.fault = async (call) => {
      call.res.end(call.endpoint === 'download' ? '<html>' : await call.carryOut());
    };
    const { request, answer } = startForm(gateway.endpoint);
    request.end(wholeForm(partsOf(5)));
    const { body } = await answer;
    expect(body.data).toEqual({ uploadPhoto: { id: 'photo-1', downloadUrl: null } });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });

  test('if a field of the photo fails, and its form turns out malformed', async () => {
    const downloads = {
      asked: Promise.withResolvers<void>(),
      reply: Promise.withResolvers<string>(),
    };
    const taken = takeEarly(downloads);
    const { request, answer } = startForm(gateway.endpoint);
    request.write(openForm(partsOf(5)));
    await taken;
    await downloads.asked.promise;
    const rest = Buffer.concat([Buffer.from('\r\n'), openForm([file('1', 'x')]), FORM_END]);
    await new Promise((resolve) => request.end(rest, () => resolve(null)));
    downloads.reply.resolve('<html>');
    const { body } = await answer;
    expect(body.data).toMatchObject({ uploadPhoto: { id: 'early' } });
  });

  test('if the store fails while the photo is awaited', async () => {
    await using directory = await makeTemporaryDirectory();
    const store = await openSqliteStore({ directory: directory.path });
    const broken = { ...store, photo: () => Promise.reject(new Error('The store is gone')) };
    await using module = await startModule(String(provider.env['PHOTO_API_URL']), {
      store: broken,
    });
    const photo = await module.photos.upload({
      principal: { client: 'anna', uploadsPerDay: null, origin: 'http://localhost' },
      openFile: async () => ({ fileName: 'photo.jpg', bytes: Readable.from([jpeg]) }),
      repairType: 'REPAIR',
      background: null,
      idempotencyKey: null,
      waitSeconds: 1,
    });
    expect(photo.id).toBe('photo-1');
    await store.close();
  });

  test('because all fields that may fail are nullable', () => {
    const photo = schema.getType('Photo');
    if (!isObjectType(photo)) throw new Error('The schema has no photo');
    const binding = Object.values(photo.getFields()).filter(({ type }) => isNonNullType(type));
    expect(binding.map(({ name }) => name)).toEqual(['id', 'status']);
  });
});
