import { describe, expect, test } from 'vitest';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { answers, startProviderStub, type StubAnswer } from './support/provider-stub.ts';

const PAGE = '<!DOCTYPE html><html><h1>Not Found</h1></html>';
const WARNING = '\n<br />\n<b>Notice</b>: Undefined index: rgb in {main} on line <b>7</b><br />\n';
const token = '5484490c8e797dabe52af90ab8bd1e50';

const failureOf = (call: Promise<unknown>) => call.catch((error: unknown) => error);

async function failuresOf(answer: StubAnswer) {
  await using stub = await startProviderStub(() => answer);
  await using provider = connectProvider(stub.url, { maxAttempts: 1 });
  return {
    upload: await failureOf(provider.upload(uploadOf([Buffer.from('picture')]))),
    status: await failureOf(provider.status('id')),
  };
}

describe('the cost of a failed upload', () => {
  const broken = '{"code":200,"data":{"mdf":"40b37f58';
  const rows: readonly [string, StubAnswer, string, false | null | undefined][] = [
    ['errno 9001', answers.failure(9001), 'BAD_USER_INPUT', false],
    ['errno 9005', answers.failure(9005), 'UNSUPPORTED_FILE_TYPE', false],
    ['errno 9006', answers.failure(9006), 'UPLOAD_FAILED', false],
    ['errno 9009', answers.failure('9009'), 'IMAGE_PROCESSING_FAILED', false],
    ['errno 9101', answers.failure(9101), 'QUOTA_EXHAUSTED', false],
    ['errno 9999', answers.failure(9999), 'UPSTREAM_AUTH_FAILED', false],
    ['an errno of another call', answers.failure(9002), 'PHOTO_NOT_FOUND', null],
    ['errno 500', answers.failure(500), 'UPSTREAM_ERROR', null],
    ['an unknown errno', answers.failure(4711), 'UPSTREAM_ERROR', null],
    ['no errno', { body: { code: 9000 } }, 'UPSTREAM_ERROR', null],
    ['a malformed errno', { body: { code: 9000, errno: true } }, 'UPSTREAM_INVALID_RESPONSE', null],
    ['a redirect', { statusCode: 302, body: '' }, 'UPSTREAM_INVALID_RESPONSE', false],
    [
      'half an envelope under a redirect',
      { statusCode: 302, body: broken },
      'UPSTREAM_INVALID_RESPONSE',
      null,
    ],
    [
      'a failure behind a warning',
      { body: `${WARNING}${JSON.stringify({ code: 9000, errno: 9005 })}` },
      'UNSUPPORTED_FILE_TYPE',
      false,
    ],
    [
      'a failure inside half a success',
      { body: `{"code":200,"data":${JSON.stringify({ code: 9000, errno: 9005 })}` },
      'UPSTREAM_INVALID_RESPONSE',
      null,
    ],
    ['a missing page', { statusCode: 404, body: PAGE }, 'UPSTREAM_ERROR', false],
    [
      'another gateway',
      { statusCode: 405, body: { message: 'no Route' } },
      'UPSTREAM_ERROR',
      false,
    ],
    ['half an envelope under a 4xx', { statusCode: 400, body: broken }, 'UPSTREAM_ERROR', null],
    ['a page instead of an answer', { body: PAGE }, 'UPSTREAM_INVALID_RESPONSE', null],
    ['half an answer', { body: broken }, 'UPSTREAM_INVALID_RESPONSE', null],
    ['an empty answer', { body: '' }, 'UPSTREAM_INVALID_RESPONSE', null],
    ['no id', { body: { code: 200, data: {} } }, 'UPSTREAM_INVALID_RESPONSE', null],
    [
      'a proxy without an answer',
      { statusCode: 504, body: PAGE },
      'UPSTREAM_UNAVAILABLE',
      undefined,
    ],
  ];
  test.for(rows)('%s', async ([, answer, code, charged]) => {
    const { upload, status } = await failuresOf(answer);
    expect(upload).toMatchObject({ code, charged });
    // Only uploads cost anything.
    expect(status).not.toHaveProperty('charged', false);
    expect(status).not.toHaveProperty('charged', null);
  });
});

test.for([
  ['a warning', WARNING, ''],
  ['another', 'Warning: {"code": is no array', '<br />'],
  ['a page after it', '', '<script>console.log("debug")</script>'],
])('a success is found despite %s', async ([, before, after]) => {
  const success = JSON.stringify({ code: 200, data: { img_url: null, mdf: 'photo' } });
  for (const statusCode of [200, 302, 500]) {
    const answer = { statusCode, body: `${before}${success}${after}` };
    expect((await failuresOf(answer)).upload).toMatchObject({ id: 'photo' });
  }
});

describe('the error names the address of the provider', () => {
  test.for([
    [
      'its own path',
      '/elsewhere?next=1#top',
      /redirects to http:\/\/127\.0\.0\.1:\d+\/elsewhere \(HTTP 301\)/,
    ],
    [
      'another host',
      'https://user:pass@photo.example/a?b=c',
      'redirects to https://photo.example/a (HTTP 301)',
    ],
    [
      'a token',
      `https://photo.example/${token}`,
      'redirects to https://photo.example/[redacted] (HTTP 301)',
    ],
    ['no web address', 'javascript:alert(1)', 'redirects to no web address (HTTP 301)'],
    ['a long address', `https://photo.example/${'a/'.repeat(2000)}`, /a\/a\/a\/.{0,20}HTTP 301/],
  ] as const)('if it redirects to %s', async ([, location, words]) => {
    const answer = { statusCode: 301, headers: { location }, body: '' };
    for (const failure of Object.values(await failuresOf(answer))) {
      expect(failure).toBeInstanceOf(Error);
      const message = failure instanceof Error ? failure.message : '';
      expect(message).toMatch(words);
      expect(message).toContain('must set PHOTO_API_URL');
      expect(message.length).toBeLessThan(400);
    }
  });

  test.for([
    { statusCode: 404, body: PAGE },
    { statusCode: 403, body: '' },
    { statusCode: 200, body: PAGE },
  ])('if it answers with $statusCode and a page', async (answer) => {
    for (const failure of Object.values(await failuresOf(answer))) {
      expect(failure).toMatchObject({ message: expect.stringContaining('PHOTO_API_URL') });
    }
  });
});
