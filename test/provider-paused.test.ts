import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { scriptedSource } from './support/provider-source.ts';
import { answers } from './support/provider-stub.ts';
import { startWhileBlockedServer } from './support/wire-while-blocked-server.ts';
import { httpResponse } from './support/wire-server.ts';

const UPLOADED = JSON.stringify(answers.uploaded('photo').body);
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const PIECE = ' '.repeat(3000);
const picture = () => uploadOf([Buffer.from('picture')]);

/** Each of them waits in the socket when the process continues. */
const ANSWERS: readonly [string, readonly string[]][] = [
  ['in one piece', [httpResponse(UPLOADED)]],
  [
    'in many pieces',
    [
      CHUNKED,
      ...Array.from({ length: 20 }, () => `${PIECE.length.toString(16)}\r\n${PIECE}\r\n`),
      `${UPLOADED.length.toString(16)}\r\n${UPLOADED}\r\n0\r\n\r\n`,
    ],
  ],
];

test.for(ANSWERS)(
  'an upload whose answer arrived %s while the process was paused gets its photo, however long the pause',
  async ([, pieces]) => {
    await using server = await startWhileBlockedServer(pieces);
    await using provider = connectProvider(server.url, { uploadTimeoutMs: 1000 });
    const upload = provider.upload(picture());
    await server.reached();
    server.blockThread(1100, true);
    expect(await upload).toMatchObject({ id: 'photo' });
  },
);

test('a call gets its answer too, within its attempt and as a whole', async () => {
  const ready = httpResponse(JSON.stringify(answers.status(200).body));
  await using server = await startWhileBlockedServer([ready]);
  await using provider = connectProvider(server.url, {
    timeoutMs: 1000,
    attemptTimeoutMs: 1000,
    maxAttempts: 1,
  });
  const call = provider.status('id');
  await server.reached();
  server.blockThread(1100, true);
  expect(await call).toBe('READY');
});

test('an answer that has not arrived by its deadline is still too late', async () => {
  await using server = await startWhileBlockedServer([CHUNKED]);
  await using provider = connectProvider(server.url, { uploadTimeoutMs: 1000 });
  const upload = provider.upload(picture());
  await server.reached();
  server.blockThread(1100, true);
  await expect(upload).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});

test('a picture that the provider accepted meanwhile has not stalled', async () => {
  await using server = await startWhileBlockedServer([httpResponse(UPLOADED)], false);
  await using provider = connectProvider(server.url, { uploadIdleTimeoutMs: 1500 });
  // More than the buffers hold on the way to a provider that does not read.
  const source = scriptedSource((index) => (index < 400 ? Buffer.alloc(65_536) : null));
  const upload = provider.upload(uploadOf(source));
  await server.reached();
  for (let still = 0, pulls = 0; still < 100; still += 1, pulls = source.pulls) {
    await turn();
    if (source.pulls !== pulls) still = 0;
  }
  server.blockThread(1600, false);
  expect(await upload).toMatchObject({ id: 'photo' });
  expect(source.pulls).toBe(401);
});
