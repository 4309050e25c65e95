import { expect, test } from 'vitest';
import { createToken } from '../src/provider/token.ts';
import { createSecret } from '../src/common/secret.ts';
import { connectProvider } from './support/provider-client.ts';
import { answers, startProviderStub } from './support/provider-stub.ts';

test("the token of the example in the provider's document is reproduced", () => {
  expect(createToken(createSecret('hiliad'), 1629962357)).toBe(
    '5484490c8e797dabe52af90ab8bd1e50,1629962357',
  );
});

test('every call has a token with its own time', async () => {
  await using stub = await startProviderStub(() => answers.quota(1));
  let nowMs = 1629962357000;
  await using provider = connectProvider(stub.url, { now: () => nowMs });
  await provider.quota();
  nowMs += 5999;
  await provider.quota();
  expect(stub.calls.map((call) => call.headers['token'])).toEqual([
    '5484490c8e797dabe52af90ab8bd1e50,1629962357',
    createToken(createSecret('hiliad'), 1629962362),
  ]);
});
