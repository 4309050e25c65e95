import { vi } from 'vitest';
import type { ServerOptions } from '../../src/server/server.ts';
import { createReadableLog } from './access-log.ts';
import { startCallbackReceiver, type CallbackReceiver } from './callback-receiver.ts';
import { startBareServer } from './start-bare-server.ts';
import { createWaitedPhotos } from './waited-photos.ts';

/** The subscription. */
export const query = 'subscription ($ids: [ID!]!) { photosReady(ids: $ids) { id } }';
/** By what the router knows that a call is from the gateway. */
export const VERIFIER = 'what-only-the-router-knows';
export const AN_HOUR_MS = 3_600_000;

/** The log of every gateway here. */
export const readable = createReadableLog();

type Extension = Readonly<Record<string, unknown>>;

/** A router, and a gateway that may call it below `/callback`. */
export async function startCallbackGateway(
  callbacks: Partial<NonNullable<ServerOptions['callbacks']>> = {},
  options: Partial<ServerOptions> = {},
) {
  const router = await startCallbackReceiver();
  const waited = createWaitedPhotos();
  const server = await startBareServer(waited.photos, {
    callbacks: {
      urls: [new URL('/callback', router.url)],
      maxSubscriptions: 10,
      minHeartbeatMs: 1,
      ...callbacks,
    },
    log: readable.log,
    ...options,
  });

  /** Subscribes as routers do. */
  function subscribe(extension: Extension = {}, body: Extension = {}) {
    const subscription = {
      callbackUrl: `${router.url}/callback/1`,
      subscriptionId: 'one',
      verifier: VERIFIER,
      heartbeatIntervalMs: AN_HOUR_MS,
      ...extension,
    };
    return fetch(server.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json;callbackSpec=1.0' },
      body: JSON.stringify({
        query,
        variables: { ids: ['a', 'b'] },
        extensions: { subscription },
        ...body,
      }),
    });
  }

  return {
    ...waited,
    router,
    server,
    subscribe,
    /** Resolves once no subscription is open. */
    allEnded: () => vi.waitUntil(() => waited.open() === 0, { timeout: 30_000, interval: 5 }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await router[Symbol.asyncDispose]();
    },
  };
}

/** What all messages have in common. */
export const common = { kind: 'subscription', id: 'one', verifier: VERIFIER };
export const messagesTo = ({ calls }: CallbackReceiver) => calls.map(({ message }) => message);
