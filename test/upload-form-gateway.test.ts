import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  field,
  file,
  FORM_END,
  openForm,
  refusal,
  sendForm,
  startForm,
  wholeForm,
  type Part,
} from './support/multipart-client.ts';
import { startRecordingProvider, type RecordingProvider } from './support/recording-provider.ts';
import { jpegStart } from './support/slow-upload.ts';
import { startGatewayOf } from './support/start-gateway.ts';

const provider: RecordingProvider = await startRecordingProvider();
const gateway = await startGatewayOf({ ...provider.env, MAX_FILE_SIZE: '100000' });
afterAll(async () => {
  await gateway.close();
  await provider[Symbol.asyncDispose]();
});

const query = `mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }`;
const operations = field('operations', { query, variables: { file: null } });
const map = field('map', { 0: ['variables.file'] });
const photo = file('0', jpegStart);
const uploaded = { status: 200, body: { data: { uploadPhoto: { id: 'a' } } } };

let callsBefore = 0;
beforeEach(() => {
  callsBefore = provider.calls.length;
});
const calls = () => provider.calls.slice(callsBefore);

/** The next upload is charged once, so the server still works, and nothing of the last one was sent. */
async function expectSound() {
  const before = provider.calls.length;
  expect(await sendForm(gateway.endpoint, wholeForm([operations, map, photo]))).toMatchObject(
    uploaded,
  );
  expect(provider.calls).toHaveLength(before + 1);
}

describe('the provider gets no call for a form', () => {
  const badInput = refusal(400, 'BAD_USER_INPUT');
  const forms: Record<string, readonly [readonly Part[], object]> = {
    'without operations': [[map, photo], badInput],
    'without a map': [[operations, photo], badInput],
    'without its file': [[operations, map], badInput],
    'with another file instead': [[operations, map, file('1', jpegStart)], badInput],
    'with its file first': [[photo, operations, map], badInput],
    'that is a batch': [
      [
        field('operations', [{ query, variables: { file: null } }]),
        field('map', { 0: ['0.variables.file'] }),
        photo,
      ],
      badInput,
    ],
    'whose map leads into a built-in': [
      [operations, field('map', { 0: ['variables.toString.call'] }), photo],
      badInput,
    ],
    'whose map leads to its query': [[operations, field('map', { 0: ['query'] }), photo], badInput],
    'that maps two files': [
      [operations, field('map', { 0: ['variables.file'], 1: ['variables.file'] }), photo],
      badInput,
    ],
    'whose file is not mapped': [
      [operations, field('map', {}), photo],
      { body: { errors: expect.anything() } },
    ],
    'whose operation selects an unknown field': [
      [
        field('operations', { query: query.replace('id', 'unknown'), variables: { file: null } }),
        map,
        photo,
      ],
      { body: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } },
    ],
    'whose operation uploads twice': [
      [
        field('operations', {
          query: query.replace(
            'uploadPhoto',
            'uploadPhoto(file: $file, repairType: COLORIZE) { id } again: uploadPhoto',
          ),
          variables: { file: null },
        }),
        map,
        photo,
      ],
      { body: { errors: expect.anything() } },
    ],
    'whose operation lacks an argument': [
      [
        field('operations', {
          query: query.replace(', repairType: REPAIR', ''),
          variables: { file: null },
        }),
        map,
        photo,
      ],
      { body: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } },
    ],
  };

  test.each(Object.entries(forms))('%s', async (_what, [parts, answer]) => {
    expect(await sendForm(gateway.endpoint, wholeForm(parts))).toMatchObject(answer);
    expect(calls()).toEqual([]);
    await expectSound();
  });

  test('without a preflight header', async () => {
    const { request, answer } = startForm(gateway.endpoint);
    request.removeHeader('graphql-preflight');
    request.end(wholeForm([operations, map, photo]));
    expect(await answer).toMatchObject(refusal(403, 'FORBIDDEN'));
    expect(calls()).toEqual([]);
    await expectSound();
  });

  test('whose length shows that its file is too large', async () => {
    const body = wholeForm([operations, map, file('0', Buffer.alloc(1_000_000))]);
    const headers = { 'content-length': String(body.length) };
    expect(await sendForm(gateway.endpoint, body, { headers })).toMatchObject(
      refusal(413, 'FILE_TOO_LARGE'),
    );
    expect(calls()).toEqual([]);
    await expectSound();
  });
});

describe('the provider never gets a complete picture from a form', () => {
  const rests: Record<string, Buffer> = {
    'that is cut off within its file': Buffer.alloc(0),
    'that is cut off within its end': FORM_END.subarray(0, -3),
    'that continues with a second file': Buffer.concat([
      Buffer.from('\r\n'),
      wholeForm([file('1', jpegStart)]),
    ]),
    'that continues with its file again': Buffer.concat([Buffer.from('\r\n'), wholeForm([photo])]),
    'that continues with a field': Buffer.concat([
      Buffer.from('\r\n'),
      wholeForm([field('other', 'x')]),
    ]),
  };

  test.each(Object.entries(rests))('%s', async (_what, rest) => {
    const { request, answer } = startForm(gateway.endpoint);
    request.write(openForm([operations, map, photo]));
    await expect.poll(() => calls()[0]?.receivedBytes ?? 0).toBeGreaterThan(jpegStart.length - 200);
    request.end(rest);
    expect(await answer).toMatchObject(refusal(400, 'BAD_USER_INPUT'));
    expect(await calls()[0]?.outcome).toBe('aborted');
    await expectSound();
  });

  test('whose client disconnects at the end of its file', async () => {
    const { request } = startForm(gateway.endpoint);
    request.write(Buffer.concat([openForm([operations, map, photo]), FORM_END.subarray(0, -3)]));
    await expect.poll(() => calls()[0]?.receivedBytes ?? 0).toBeGreaterThan(jpegStart.length - 200);
    request.destroy();
    expect(await calls()[0]?.outcome).toBe('aborted');
    await expectSound();
  });
});
