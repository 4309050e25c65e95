import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { AccessWithWebhooks } from './access/access.ts';
import { UnusableKeyFile } from './access/key-file.ts';
import { openAccess } from './access/open-access.ts';
import { abortable } from './common/bounded.ts';
import { publicOrigin } from './common/public-origin.ts';
import { createSecret } from './common/secret.ts';
import { ConfigError, type Config } from './config/config.ts';
import { schema } from './graphql/schema.ts';
import { openArchive } from './photos/archive/open-archive.ts';
import type { Fleet } from './photos/fleet/fleet.ts';
import { startPhotos } from './photos/start-photos.ts';
import type { Audience } from './photos/store/outbox/audience.ts';
import { openSqliteStore } from './photos/store/sqlite/sqlite-store.ts';
import type { Store } from './photos/store/store.ts';
import { createWriteBehindStore } from './photos/store/write-behind-store.ts';
import { createProvider } from './provider/create-provider.ts';
import { loadTrustedDocuments } from './server/pipeline/documents/load-trusted-documents.ts';
import { startServer } from './server/server.ts';
import { describeListenError } from './server/transports/listen-errors.ts';
import { startTelemetry } from './telemetry/start-telemetry.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { createPictureAddress, type PictureAddressOptions } from './webhooks/picture-address.ts';
import { createReceivers, type Receivers } from './webhooks/receivers.ts';
import type { Webhooks } from './webhooks/start-webhooks.ts';

export interface Gateway {
  /** The address of the gateway, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Whether the embedded simulator replaces the provider. */
  readonly simulated: boolean;
  /** Stops gracefully, within the drain timeout, and a second more where a database does not answer. */
  close(): Promise<void>;
}

/** How long the rest may take to close after the last request has ended, or was cut, in milliseconds. */
const REST_MS = 1000;

/**
 * Wires the modules into one gateway and starts it. This is the only place that knows them all. It is
 * separate from `main.ts` so that tests can start the same gateway in their own process.
 */
export async function startGateway(config: Config, log: Logger): Promise<Gateway> {
  await using started = new AsyncDisposableStack();
  const telemetry = await startTelemetry({ traces: config.traces, log });
  let stoppingSinceMs: number | null = null;
  // Telemetry ends last, in the time that the others have left.
  started.defer(() => telemetry.close(remainingMs()));
  const trusted = await trustedDocuments(config);
  const receivers = createReceivers({
    operator: config.webhooks.receiver,
    clients: () => access.webhooks(),
  });
  const records = await openRecords(config, log, receivers);
  const store = createWriteBehindStore({
    store: records.store,
    closeTimeMs: () => remainingMs(),
    log,
  });
  started.defer(() => store.close());
  const access = started.use(await accessOf(config, store, log));
  const fleet = await records.joinFleet();
  if (fleet !== null) started.defer(() => fleet.close());
  const account = config.provider ?? (await embeddedAccount(config, log, started));
  const archive = await openArchive({ ...config, apiUrl: account.baseUrl, store, log });
  if (archive !== null) started.use(archive);
  const provider = createProvider({
    ...account,
    timeoutMs: config.upstreamTimeoutMs,
    uploadTimeoutMs: config.uploadTimeoutMs,
    uploadIdleTimeoutMs: config.uploadIdleTimeoutMs,
    maxUploads: config.maxConcurrentUploads,
    telemetry,
    log,
  });
  started.defer(() => provider.close());
  const photos = await startPhotos({
    ...config,
    provider,
    store,
    archiving: archive,
    fleet,
    telemetry,
    log,
  });
  started.defer(() => photos.close());
  let webhooks: Webhooks | null = null;
  // After the server: what becomes ready while that stops is sent too.
  started.defer(async () => webhooks?.close());
  const server = await listening(config, {
    ...config,
    photos,
    schema: await schemaOf(config),
    livingNodes: () => fleet?.livingNodes ?? 1,
    access,
    archive,
    trusted,
    trustedOnly: config.trustedDocuments.only,
    telemetry,
    metrics: config.metricsReaders && {
      readers: config.metricsReaders,
      contentType: telemetry.contentType,
      render: async () =>
        telemetry.render({
          ...(await photos.health()),
          webhooks: (await webhooks?.state().catch(() => null)) ?? null,
        }),
    },
    log,
  });
  started.defer(() => server.close());
  const ownOrigin = config.publicUrl ? publicOrigin(config.publicUrl) : server.url;
  const origin = config.webhooks.namesPictures ? ownOrigin : null;
  webhooks = await openWebhooks(config, { receivers, store, photos, origin, telemetry, log });
  const running = started.move();
  let closed: Promise<void> | null = null;

  function remainingMs(): number {
    const passedMs = performance.now() - (stoppingSinceMs ?? performance.now());
    return Math.max(0, config.drainTimeoutMs - passedMs);
  }

  /** What does not answer, a database above all, holds up nothing: what is open there ends by itself. */
  async function closeInTime(): Promise<void> {
    const timeout = AbortSignal.timeout(config.drainTimeoutMs + REST_MS);
    await abortable(running.disposeAsync(), timeout).catch((error: unknown) => {
      log.error({ err: error }, 'The gateway stops before everything is closed');
    });
  }

  return {
    url: server.url,
    simulated: config.provider === null,
    close() {
      stoppingSinceMs ??= performance.now();
      return (closed ??= closeInTime());
    },
  };
}

/** The schema that clients see. What a subgraph needs is loaded only where it is used. */
async function schemaOf({ federation }: Config): Promise<GraphQLSchema> {
  if (!federation) return schema;
  const { subgraphSchema } = await import('./graphql/subgraph-schema.ts');
  return subgraphSchema;
}

interface Records {
  readonly store: Store;
  /** Joins the fleet that shares the store; null for a gateway that works alone. */
  readonly joinFleet: () => Promise<Fleet | null>;
}

/**
 * Opens the store of this gateway, or of its fleet. What a fleet needs is loaded only where it is used.
 * @throws ConfigError if it cannot be opened.
 */
async function openRecords(config: Config, log: Logger, audience: Audience): Promise<Records> {
  const { databaseUrl, dataDirectory, uploadTimeoutMs } = config;
  if (databaseUrl === null) {
    const store = await openSqliteStore({ directory: dataDirectory, audience });
    return { store, joinFleet: async () => null };
  }
  const { openPostgresStore } = await import('./photos/store/postgres/postgres-store.ts');
  const { openFleet } = await import('./photos/fleet/open-fleet.ts');
  const url = databaseUrl.reveal();
  const store = await openPostgresStore({ url, uploadTimeoutMs, log, audience });
  const { database, node } = store;
  return { store, joinFleet: () => openFleet({ url, database, node, log }) };
}

interface WebhooksParts extends Omit<PictureAddressOptions, 'log'> {
  readonly receivers: Receivers;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly log: Logger;
}

/** Starts to send webhooks. Null if there can be none; then nothing of it is loaded. */
async function openWebhooks(
  { webhooks, auth, databaseUrl, dataDirectory }: Config,
  parts: WebhooksParts,
): Promise<Webhooks | null> {
  if (webhooks.receiver === null && auth.keysFile === null) return null;
  const { startWebhooks } = await import('./webhooks/start-webhooks.ts');
  const { socketPathIn } = await import('./webhooks/operator-socket.ts');
  return startWebhooks({
    ...webhooks,
    ...parts,
    outbox: parts.store.outbox,
    downloadUrlOf: createPictureAddress(parts),
    socketPath: databaseUrl === null ? socketPathIn(dataDirectory) : null,
  });
}

/** @throws ConfigError if the keys file cannot be used. */
async function accessOf({ auth }: Config, store: Store, log: Logger): Promise<AccessWithWebhooks> {
  const tickets = { signingKey: await store.signingKey() };
  try {
    return await openAccess({ ...auth, tickets, log });
  } catch (error) {
    if (!(error instanceof UnusableKeyFile)) throw error;
    throw new ConfigError(`API_KEYS_FILE ${error.message}`, { cause: error });
  }
}

/** @throws ConfigError if the settings do not name an address to listen on. */
async function listening({ host, port }: Config, options: Parameters<typeof startServer>[0]) {
  try {
    return await startServer(options);
  } catch (error) {
    throw describeListenError({ host, port }, error);
  }
}

/** @throws ConfigError if a manifest cannot be used. */
async function trustedDocuments({ trustedDocuments: { files }, introspection }: Config) {
  try {
    return await loadTrustedDocuments({ files, introspection });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`TRUSTED_DOCUMENTS_FILE ${message}`, { cause });
  }
}

/**
 * Starts the simulator and returns its account. The simulator is loaded only here: a production installation
 * has neither it nor the image library that it needs.
 * @throws ConfigError if it is not installed.
 */
async function embeddedAccount(config: Config, log: Logger, started: AsyncDisposableStack) {
  const { startSimulator } = await importSimulator();
  const { simulatorUploads: uploads, databaseUrl, dataDirectory } = config;
  const simulator = await startSimulator({
    ...(uploads !== undefined && { uploads }),
    // The lock of the embedded store keeps others out of the folder.
    ...(databaseUrl === null && { directory: join(dataDirectory, 'simulator') }),
    onWarning: (message, error) => log.warn({ err: error }, message),
  });
  started.defer(() => simulator.close());
  simulator.events.on('fault', (error) => {
    log.warn({ err: error }, 'The embedded simulator has failed to do something');
  });
  if (uploads === undefined && simulator.uploadsLeft === 0) {
    log.warn('The embedded simulator has no uploads left: SIMULATOR_UPLOADS=100 gives it some');
  }
  return {
    baseUrl: new URL(simulator.url),
    accountCode: simulator.thirdCode,
    secretKey: createSecret(simulator.secretKey),
  };
}

async function importSimulator() {
  try {
    return await import('@photo-gateway/simulator');
  } catch (cause) {
    if (!isMissingModule.safeParse(cause).success) throw cause;
    throw new ConfigError('PHOTO_API_URL is required: this installation has no simulator', {
      cause,
    });
  }
}

const isMissingModule = z.object({ code: z.literal('ERR_MODULE_NOT_FOUND') });
