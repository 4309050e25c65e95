import { expect, test } from 'vitest';
import { send } from './support/graphql-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startObservedGateway } from './support/telemetry-gateway.ts';

test('a stop is reported to load balancers before the listener closes, and requests are answered until then', async () => {
  await using provider = await startScriptedProvider(() => answers.processing);
  await using gateway = await startObservedGateway({ ...provider.env, DRAIN_DELAY_MS: '1500' });
  const before = await fetch(`${gateway.url}/ready`);
  expect(before.status).toBe(200);
  expect(before.headers.get('connection')).not.toBe('close');
  await before.text();

  const closing = gateway.close();
  const ready = await fetch(`${gateway.url}/ready`);
  expect(ready.status).toBe(503);
  expect(ready.headers.get('connection')).toBe('close');
  expect(await ready.json()).toMatchObject({ status: 'draining', store: 'answering' });
  expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  const answer = await send(gateway, '{ photoStatus(id: "a") { id } }');
  expect(answer).toEqual({ data: { photoStatus: { id: 'a' } } });

  await closing;
  await expect(fetch(`${gateway.url}/ready`)).rejects.toThrow('fetch failed');
});
