import { once } from 'node:events';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';

const { photos, asked } = createEmptyModule();
const gateway = await startBareServer(photos);
afterAll(() => gateway.close());

const batch = JSON.stringify([{ query: '{ quota { remaining } }' }, { query: '{ __typename }' }]);
const json = { 'content-type': 'application/json' };

function formOf(operations: string) {
  const form = new FormData();
  form.append('operations', operations);
  form.append('map', '{}');
  return form;
}

describe('a batch is refused, and nothing of it runs', () => {
  test.each([
    ['in JSON', { headers: json, body: batch }],
    [
      'of one',
      { headers: json, body: `[${JSON.stringify({ query: '{ quota { remaining } }' })}]` },
    ],
    ['whose events are wanted', { headers: { ...json, accept: 'text/event-stream' }, body: batch }],
    ['in a form', { headers: { 'graphql-preflight': '1' }, body: formOf(batch) }],
  ])('%s', async (_what, init) => {
    const response = await fetch(gateway.endpoint, { method: 'POST', ...init });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Batches are not supported');
    expect(asked).toEqual([]);
  });

  test('over WebSocket', async () => {
    const socket = new WebSocket(gateway.endpoint.replace('http', 'ws'), 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    socket.send(`{"id":"1","type":"subscribe","payload":${batch}}`);
    const [code] = await once(socket, 'close');
    expect(code).toBe(4400);
    expect(asked).toEqual([]);
  });
});
