import { expect, test } from 'vitest';
import { startSimulator } from '../packages/simulator/simulator.ts';
import { connectSimulator, formOf, pathOf, tokenOf } from './support/simulator-client.ts';

const NOW_SECONDS = 1_800_000_000;
const MINUTE_SECONDS = 60;
const REFUSED = { code: 9000, errno: 9999, msg: 'token無效' };
const ENDPOINTS = ['upload', 'status', 'download', 'nums'] as const;

test("the document's test vector is a valid token", async () => {
  await using simulator = await startSimulator({
    secretKey: 'hiliad',
    now: () => 1_629_962_357_000,
  });
  const response = await fetch(`${simulator.url}${pathOf('nums')}`, {
    method: 'POST',
    headers: { token: '5484490c8e797dabe52af90ab8bd1e50,1629962357' },
    body: formOf({ third_code: 'demo' }),
  });
  expect(await response.json()).toEqual({ code: 200, data: { code: 'demo', nums: 100 } });
});

const TOKENS: Readonly<Record<string, string | undefined>> = {
  'no token': undefined,
  'an empty token': '',
  'a token without a time': tokenOf('key', NOW_SECONDS).slice(0, 32),
  'a token of another key': tokenOf('other', NOW_SECONDS),
  'a token whose time was changed': `${tokenOf('key', NOW_SECONDS).slice(0, 32)},${NOW_SECONDS - 1}`,
  'a time that is not a number': tokenOf('key', 'soon'),
  'a time with a fraction': tokenOf('key', `${NOW_SECONDS}.5`),
  'two tokens': `${tokenOf('key', NOW_SECONDS)}, ${tokenOf('key', NOW_SECONDS)}`,
  'a token from more than five minutes ago': tokenOf('key', NOW_SECONDS - 5 * MINUTE_SECONDS - 1),
  'a token from more than five minutes ahead': tokenOf('key', NOW_SECONDS + 5 * MINUTE_SECONDS + 1),
};

test.for(Object.entries(TOKENS))('%s is refused by every call with 9999', async ([, token]) => {
  await using simulator = await startSimulator({
    secretKey: 'key',
    now: () => NOW_SECONDS * 1000,
  });
  for (const endpoint of ENDPOINTS) {
    const response = await fetch(`${simulator.url}${pathOf(endpoint)}`, {
      method: 'POST',
      headers: token === undefined ? {} : { token },
      body: formOf({ third_code: 'demo' }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(REFUSED);
  }
});

test.for([-5 * MINUTE_SECONDS, 5 * MINUTE_SECONDS])(
  'a token that is %i seconds off is still valid',
  async (offSeconds) => {
    const { simulator, post } = await connectSimulator({ now: () => NOW_SECONDS * 1000 });
    await using _ = simulator;
    const token = tokenOf(simulator.secretKey, NOW_SECONDS + offSeconds);
    const { answer } = await post('nums', formOf({ third_code: 'demo' }), { token });
    expect(answer).toMatchObject({ code: 200 });
  },
);

test('the maximum age of a token is an option', async () => {
  const { simulator, post } = await connectSimulator({
    now: () => NOW_SECONDS * 1000,
    tokenMaxAgeMs: 30_000,
  });
  await using _ = simulator;
  const token = tokenOf(simulator.secretKey, NOW_SECONDS - 31);
  const { answer } = await post('nums', formOf({ third_code: 'demo' }), { token });
  expect(answer).toEqual(REFUSED);
});

test('each start makes a new secret key', async () => {
  await using first = await startSimulator();
  await using second = await startSimulator();
  expect(first.secretKey).toMatch(/^\w{32}$/);
  expect(second.secretKey).not.toBe(first.secretKey);
});

test("the answer's Date header follows the simulator's clock", async () => {
  const { simulator, post } = await connectSimulator({ now: () => NOW_SECONDS * 1000 });
  await using _ = simulator;
  const { headers } = await post('nums', formOf({ third_code: 'demo' }));
  expect(headers.get('date')).toBe(new Date(NOW_SECONDS * 1000).toUTCString());
});
