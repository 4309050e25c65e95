import { describe, expect, test } from 'vitest';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { answers, startProviderStub } from './support/provider-stub.ts';

const INVALID = { name: 'GatewayError', code: 'UPSTREAM_INVALID_RESPONSE' };

test('each call goes to its endpoint below the base URL with the fields of the document', async () => {
  await using stub = await startProviderStub((call) => {
    if (call.path.endsWith('/upload')) return answers.uploaded('abc_-1');
    if (call.path.endsWith('/status')) return answers.status(100);
    if (call.path.endsWith('/download')) return answers.resultUrl();
    return answers.quota(98);
  });
  await using provider = connectProvider(`${stub.url}/prefix/`);
  expect(await provider.upload(uploadOf([Buffer.from('picture')]))).toEqual({
    id: 'abc_-1',
    originalUrl: 'https://photo.example/static/img/in.jpg',
  });
  expect(await provider.status('abc')).toBe('PROCESSING');
  expect(await provider.resultUrl('abc')).toBe('https://photo.example/static/out.jpg');
  expect(await provider.quota()).toEqual({ accountCode: 'hiliad', remaining: 98 });
  expect(stub.calls.map(({ path, fields }) => [path, fields])).toEqual([
    ['/prefix/api/third/photo/upload', { third_code: 'hiliad', repair_type: 'sr' }],
    ['/prefix/api/third/photo/status', { third_code: 'hiliad', mdf: 'abc' }],
    ['/prefix/api/third/photo/download', { third_code: 'hiliad', mdf: 'abc' }],
    ['/prefix/api/third/company/nums', { third_code: 'hiliad' }],
  ]);
  for (const { headers } of stub.calls) {
    expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  }
});

describe('status', () => {
  test.for([
    [100, 'PROCESSING'],
    [200, 'READY'],
    ['100', 'PROCESSING'],
    ['200', 'READY'],
  ])('%j is %s', async ([status, result]) => {
    await using stub = await startProviderStub(() => answers.status(status));
    await using provider = connectProvider(stub.url);
    expect(await provider.status('id')).toBe(result);
  });

  test.for([300, '', null, true, '200.0', ' 200', [200]])(
    '%j is an invalid answer',
    async (status) => {
      await using stub = await startProviderStub(() => answers.status(status));
      await using provider = connectProvider(stub.url);
      await expect(provider.status('id')).rejects.toMatchObject(INVALID);
    },
  );
});

describe('quota', () => {
  test.for([
    [0, 0],
    ['98', 98],
  ])('%j uploads left are %i', async ([nums, remaining]) => {
    await using stub = await startProviderStub(() => answers.quota(nums));
    await using provider = connectProvider(stub.url);
    expect(await provider.quota()).toEqual({ accountCode: 'hiliad', remaining });
  });

  test.for(['', null, false, 1.5, '1e3', 2 ** 31, 'many'])(
    '%j is an invalid answer',
    async (nums) => {
      await using stub = await startProviderStub(() => answers.quota(nums));
      await using provider = connectProvider(stub.url);
      await expect(provider.quota()).rejects.toMatchObject(INVALID);
    },
  );
});

describe('an id that is not of the documented form is an invalid answer', () => {
  test.for(['', 'a b', '../x', 'a'.repeat(129), 'ä', 'x\n', 7, null])('%j', async (id) => {
    await using stub = await startProviderStub(() => ({
      body: { code: 200, data: { img_url: 'https://photo.example/in.jpg', mdf: id } },
    }));
    await using provider = connectProvider(stub.url);
    await expect(provider.upload(uploadOf([Buffer.from('x')]))).rejects.toMatchObject(INVALID);
  });
});

describe('an address that is not a web address is an invalid answer', () => {
  test.for(['javascript:alert(1)', 'ftp://a/b', '/relative.jpg', '', null, 'data:,x'])(
    '%j',
    async (url) => {
      await using stub = await startProviderStub(() => ({ body: { code: 200, data: { url } } }));
      await using provider = connectProvider(stub.url);
      await expect(provider.resultUrl('id')).rejects.toMatchObject(INVALID);
    },
  );
});

test('unknown extra fields, a code as text and a byte order mark are accepted', async () => {
  const data = { url: 'http://photo.example/out.jpg', more: [{}] };
  await using stub = await startProviderStub(() => ({
    body: `\uFEFF${JSON.stringify({ code: '200', data, msg: null, time: 1 })}`,
  }));
  await using provider = connectProvider(stub.url);
  expect(await provider.resultUrl('id')).toBe('http://photo.example/out.jpg');
});

test('a success without data is an invalid answer', async () => {
  await using stub = await startProviderStub(() => ({ body: { code: 200 } }));
  await using provider = connectProvider(stub.url);
  await expect(provider.status('id')).rejects.toMatchObject(INVALID);
});
