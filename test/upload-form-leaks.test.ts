import { execFile } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { fieldsFor, file, sendForm, wholeForm } from './support/multipart-client.ts';
import { disconnectClients, moments } from './support/multipart-disconnects.ts';
import { startMultipartServer } from './support/multipart-server.ts';

const server = await startMultipartServer();
afterAll(() => server[Symbol.asyncDispose]());

const CLIENTS = 60;
const EVENTS = ['data', 'end', 'close', 'error', 'readable', 'pause', 'resume'];

/** The requests leave nothing behind, neither connections nor listeners nor readers, and the server still works. */
async function expectNothingLeft() {
  await expect
    .poll(() => new Promise((resolve) => server.node.getConnections((_, count) => resolve(count))))
    .toBe(0);
  await Promise.all(server.reads);
  await nextTurn();
  const listeners = server.requests.flatMap((request) =>
    EVENTS.filter((event) => request.listenerCount(event) > 0),
  );
  expect(listeners).toEqual([]);
  expect(server.logged).toEqual([]);
  const form = wholeForm([...fieldsFor('read'), file('0')]);
  expect(await sendForm(server.endpoint, form)).toMatchObject({ body: { data: { read: 19 } } });
}

describe.each(Object.entries(moments))('clients that disconnect %s', (_when, moment) => {
  test(`leave nothing behind, ${CLIENTS} one after the other`, async () => {
    for (let client = 0; client < CLIENTS; client += 1) await disconnectClients(server, 1, moment);
    await expect(expectNothingLeft()).resolves.toBeUndefined();
  });

  test(`leave nothing behind, ${CLIENTS} at once`, async () => {
    await disconnectClients(server, CLIENTS, moment);
    await expect(expectNothingLeft()).resolves.toBeUndefined();
  });
});

test('nothing keeps the process alive after its server has closed, whenever clients disconnected', async () => {
  const script = fileURLToPath(new URL('support/multipart-script.ts', import.meta.url));
  const { stderr } = await promisify(execFile)(process.execPath, [script], { timeout: 20_000 });
  expect(stderr).toBe('');
});
