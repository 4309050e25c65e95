import { expect, test } from 'vitest';
import { startFleet } from './support/fleet-gateways.ts';
import { send } from './support/graphql-client.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';

test('the gateways of a fleet share the operations that a client may send in a minute', async () => {
  await using provider = await startScriptedProvider(() => answers.processing);
  await using fleet = await startFleet({
    ...provider.env,
    REQUESTS_PER_MINUTE_PER_ADDRESS: '10000',
    REQUESTS_PER_MINUTE_PER_CLIENT: '10',
    TRUSTED_PROXIES: '127.0.0.1',
  });
  for (const gateway of fleet.gateways) {
    let client = 0;
    // The first gateway learns of the second within a moment.
    await expect
      .poll(async () => {
        const headers = { 'x-forwarded-for': `203.0.113.${(client += 1)}` };
        let accepted = 0;
        while ((await send(gateway, '{ __typename }', {}, headers)).errors === undefined)
          accepted += 1;
        return accepted;
      })
      .toBe(5);
  }
});
