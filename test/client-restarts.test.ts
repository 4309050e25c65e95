import { afterAll, beforeAll, expect, test, vi, type TestContext } from 'vitest';
import { recordClientRun } from './support/client-runs.ts';
import { makeKeysFile } from './support/access-gateway.ts';
import { openPageWithExamples } from './support/example-in-browser.ts';
import { freePort } from './support/free-port.ts';
import { hasBrowser } from './support/browser.ts';
import { openPage } from './support/page-pool.ts';
import {
  ID,
  QUERY,
  restartingClients,
  type RestartingClient,
  type Target,
} from './support/restarting-clients.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { readMetrics } from './support/telemetry-metrics.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const started = new AsyncDisposableStack();
afterAll(() => started.disposeAsync());

const chromium = { program: 'Chromium' };

/** Chromium's own `EventSource`, in a page that has the key and asks for tickets. */
async function byEventSource({ endpoint, key }: Target): Promise<unknown> {
  const { page } = started.use(await openPage());
  chromium.program = `Chromium ${page.context().browser()?.version()}`;
  await openPageWithExamples(page, new URL(endpoint).origin);
  const subscription = JSON.stringify({ endpoint, query: QUERY, variables: { id: ID } });
  const data = await page.evaluate<unknown>(`(async () => {
    const { eventOf } = await import('/examples/event-source.ts');
    const ticket = async () => {
      const response = await fetch(${JSON.stringify(endpoint)}, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': ${JSON.stringify(key)} },
        body: JSON.stringify({ query: '{ eventSourceTicket { token } }' }),
      });
      return (await response.json()).data.eventSourceTicket.token;
    };
    return eventOf({ ...${subscription}, ticket });
  })()`);
  return { data };
}

const eventSource: RestartingClient = {
  client: 'EventSource',
  version: chromium,
  over: 'server-sent events, with a ticket',
  needs: '[`event-source.ts`](../examples/event-source.ts): a new ticket and a new `EventSource`',
  eventOf: byEventSource,
};

const hasToRun = hasBrowser || process.env['CI'] !== undefined;
const clients = hasToRun ? [...restartingClients, eventSource] : restartingClients;

async function subscribersOf({ url }: RunningGateway): Promise<number> {
  return (await readMetrics(`${url}/metrics`)).sumOf('photo_gateway_subscribers');
}

/** The event of each client. The gateway has restarted while all of them waited. */
const events = new Map<RestartingClient, Promise<unknown>>();

beforeAll(async () => {
  let isReady = false;
  const provider = started.use(
    await startScriptedProvider(() => (isReady ? answers.ready : answers.processing)),
  );
  const keys = started.use(await makeKeysFile());
  const folder = started.use(await makeTemporaryDirectory());
  const key = await keys.add('anna');
  const env = {
    ...provider.env,
    AUTH: 'required',
    API_KEYS_FILE: keys.path,
    DATA_DIR: folder.path,
    PORT: String(await freePort()),
  };
  const first = await startGatewayOf(env);
  const target = { endpoint: first.endpoint, key };
  for (const client of clients) events.set(client, client.eventOf(target));
  // Each is awaited by its own test.
  Promise.all(events.values()).catch(() => undefined);
  const allWait = async () => (await subscribersOf(first)) === clients.length;
  await vi.waitUntil(allWait, { timeout: 50_000 });
  await first.close();
  isReady = true;
  started.use(await startGatewayOf(env));
});

const event = { data: { photoReady: { id: ID } } };

function record({ task }: TestContext, client: RestartingClient) {
  const ran = `a restart, over ${client.over}`;
  recordClientRun(task, { ...client, ran, result: 'subscribes again, and is told the event' });
}

test.for(restartingClients)(
  '$client over $over, set up for it, subscribes again by itself when the gateway restarts',
  async (client, context) => {
    expect(await events.get(client)).toMatchObject(event);
    record(context, client);
  },
);

test.skipIf(!hasToRun)('Chromium’s EventSource does so with a new ticket', async (context) => {
  expect(await events.get(eventSource)).toMatchObject(event);
  record(context, eventSource);
});
