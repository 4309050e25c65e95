import { createSecret } from '../../src/common/secret.ts';
import type { Outbox } from '../../src/photos/store/outbox/outbox.ts';
import { openSqliteStore } from '../../src/photos/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/photos/store/store.ts';
import { createReceivers, type WebhookTarget } from '../../src/webhooks/receivers.ts';
import { startWebhooks, type WebhooksOptions } from '../../src/webhooks/start-webhooks.ts';
import { quietLog } from './quiet-log.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

export interface WebhookSender extends AsyncDisposable {
  readonly store: Store;
  readonly outbox: Outbox;
  /** Stops sending. The store stays open. */
  stop(): Promise<void>;
  /** Makes a photo of `client` ready. */
  makeReady(id: string, client?: string): Promise<void>;
  /** Ends a photo that is ready. */
  expire(id: string): Promise<void>;
}

export const targetOf = (url: string, ...secrets: readonly string[]): WebhookTarget => ({
  url: new URL(url),
  secrets: secrets.map(createSecret),
});

/**
 * The sending of webhooks on a real store, with short pauses. `clients` has the receiver of each client;
 * the receivers of all are on loopback.
 */
export async function startWebhookSender(
  clients: Readonly<Record<string, WebhookTarget>>,
  options: Partial<WebhooksOptions> & { readonly operator?: WebhookTarget } = {},
): Promise<WebhookSender> {
  await using started = new AsyncDisposableStack();
  const directory = started.use(await makeTemporaryDirectory());
  const receivers = createReceivers({
    operator: options.operator ?? null,
    clients: () => new Map(Object.entries(clients)),
  });
  const clock = { nowMs: Date.now() };
  const store = await openSqliteStore({
    directory: directory.path,
    audience: receivers,
    now: () => clock.nowMs,
  });
  started.defer(() => store.close());
  const webhooks = await startWebhooks({
    outbox: store.outbox,
    receivers,
    socketPath: null,
    privateHosts: ['127.0.0.1'],
    timeoutMs: 5000,
    downloadUrlOf: async () => null,
    retryDelaysMs: [20, 20],
    firstPauseMs: 1,
    intervalMs: 20,
    closeTimeoutMs: 50,
    log: quietLog,
    ...options,
  });
  started.defer(() => webhooks.close());
  const running = started.move();

  return {
    store,
    outbox: store.outbox,
    stop: () => webhooks.close(),
    async makeReady(id, client = 'anna') {
      const upload = {
        id,
        repairType: 'REPAIR',
        background: null,
        originalUrl: null,
        uploadedAt: new Date(clock.nowMs),
        sizeBytes: 1,
        contentHash: null,
        name: null,
      } as const;
      const { revision } = await store.complete(client, upload, null);
      const expiresAt = new Date(clock.nowMs + 1000);
      await store.markReady(id, revision, new Date(clock.nowMs), expiresAt);
    },
    expire: async (id) => void (await store.markExpired(id, 1)),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
