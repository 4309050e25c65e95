import { describe, expect, test } from 'vitest';
import type { AuthSession } from '../src/access/access.ts';
import { everybody } from '../src/access/everybody.ts';
import {
  AN_HOUR_MS,
  common,
  messagesTo,
  readable,
  startCallbackGateway as start,
  VERIFIER,
} from './support/callback-gateway.ts';

describe('while nothing happens', () => {
  test('the router gets signs of life, and one that answers 404 ends the subscription', async () => {
    await using begun = await start();
    begun.router.answer((_message, index) => (index < 3 ? 204 : 404));
    await begun.subscribe({ heartbeatIntervalMs: 15 });
    await begun.allEnded();
    expect(messagesTo(begun.router).map(({ action }) => action)).toEqual([
      'check',
      'check',
      'check',
      'check',
    ]);
  });

  test('a router that fails three times in a row ends it, with a warning that names the router', async () => {
    await using begun = await start();
    begun.router.answer((_message, index) => ([0, 3].includes(index) ? 204 : 503));
    await begun.subscribe({ heartbeatIntervalMs: 15 });
    await begun.allEnded();
    expect(begun.router.calls).toHaveLength(7);
    const { origin } = new URL(begun.router.url);
    expect(readable.lines.join()).toContain(`"router":"${origin}"`);
  });

  test('no sign of life is sent to a router that wants none', async () => {
    await using begun = await start();
    await begun.subscribe({ heartbeatIntervalMs: 0 });
    await begun.subscribe({ heartbeatIntervalMs: 15, subscriptionId: 'two' });
    await begun.router.received('check', 5);
    const ofFirst = begun.router.calls.filter(({ message: { id } }) => id === 'one');
    expect(ofFirst).toHaveLength(1);
  });
});

describe('a result', () => {
  test('is sent again to a router that fails', async () => {
    await using begun = await start();
    begun.router.answer(({ action }, index) => {
      if (action === 'next' && index < 2) return 503;
      return action === 'check' ? 204 : 200;
    });
    await begun.subscribe({}, { variables: { ids: ['a'] } });
    begun.ready();
    await begun.router.received('complete');
    expect(messagesTo(begun.router).map(({ action }) => action)).toEqual([
      'check',
      'next',
      'next',
      'next',
      'complete',
    ]);
  });

  test.each([404, 401, 307])('is not sent again after the answer %s, which ends it', async (no) => {
    await using begun = await start();
    begun.router.answer(({ action }) => (action === 'check' ? 204 : no));
    await begun.subscribe();
    begun.ready();
    await begun.allEnded();
    expect(messagesTo(begun.router).map(({ action }) => action)).toEqual(['check', 'next']);
  });
});

test('the end of its client’s key or token ends a subscription, and the router is told why', async () => {
  const ending = new EventTarget();
  const session: AuthSession = {
    holder: null,
    client: () => ({ name: 'anna', uploadsPerDay: null }),
    onEnd(ended) {
      ending.addEventListener('end', ended);
      return { [Symbol.dispose]: () => ending.removeEventListener('end', ended) };
    },
  };
  await using begun = await start({}, { access: { ...everybody, admit: () => session } });
  await begun.subscribe();
  ending.dispatchEvent(new Event('end'));
  const [told] = await begun.router.received('complete');
  expect(told?.message).toMatchObject({
    ...common,
    errors: [{ extensions: { code: 'UNAUTHENTICATED', retryable: false } }],
  });
  expect(begun.open()).toBe(0);
});

describe('a gateway that stops', () => {
  test('tells each router to subscribe again', async () => {
    await using begun = await start();
    await begun.subscribe();
    await begun.server.close();
    expect(messagesTo(begun.router).at(-1)).toEqual({
      ...common,
      action: 'complete',
      errors: [
        expect.objectContaining({
          extensions: { code: 'GATEWAY_RESTARTING', retryable: true },
        }),
      ],
    });
  });

  test('does not wait longer than it may for a router that does not answer', async () => {
    await using begun = await start({ timeoutMs: AN_HOUR_MS }, { drainTimeoutMs: 50 });
    begun.router.answer(({ action }) => (action === 'check' ? 204 : 'never'));
    await begun.subscribe();
    await begun.server.close();
    expect(begun.open()).toBe(0);
  });
});

test('no line of the log has shown what a router proves a call by', () => {
  expect(readable.lines).not.toEqual([]);
  expect(readable.lines.join()).not.toContain(VERIFIER);
});
