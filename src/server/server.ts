import { setTimeout as delay } from 'node:timers/promises';
import type { GraphQLSchema } from 'graphql';
import type { Access } from '../access/access.ts';
import { everybody } from '../access/everybody.ts';
import type { Log } from '../common/log.ts';
import type { OpenedArchive } from '../photos/archive/open-archive.ts';
import { schema as plainSchema } from '../graphql/schema.ts';
import type { Photos } from '../photos/photos.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createHostCheck } from './admission/allowed-hosts.ts';
import { createAuthenticator } from './admission/authenticator.ts';
import { createCors } from './admission/cors.ts';
import { startLoadGauge } from './admission/load-gauge.ts';
import type { Readiness } from './admission/readiness.ts';
import { createAddresses } from './admission/traffic/addresses.ts';
import { createTraffic, UNLIMITED, type TrafficLimits } from './admission/traffic/traffic.ts';
import { createArchiveRoute } from './pages/archive-route.ts';
import { createExplorer } from './pages/explorer.ts';
import { createMetricsRoute, type MetricsSource } from './pages/metrics-route.ts';
import { createStudio } from './pages/studio.ts';
import { createNamedDocuments } from './pipeline/documents/named-documents.ts';
import { createPersistedQueries } from './pipeline/documents/persisted-queries.ts';
import type { TrustedDocuments } from './pipeline/documents/trusted-documents.ts';
import { createPipeline } from './pipeline/pipeline.ts';
import { traceRootFields } from './pipeline/trace-root-fields.ts';
import { createRoutes } from './routes.ts';
import { createCallbacks, type CallbacksOptions } from './transports/callbacks/callbacks.ts';
import { disconnectSlowReaders } from './transports/disconnect-slow-readers.ts';
import { createGraphQLOverHttp } from './transports/http/graphql-over-http.ts';
import { observing } from './transports/http/observe-requests.ts';
import { startHttpServer } from './transports/http-server.ts';
import { createUpgrades } from './transports/upgrades.ts';
import { createWebSocketTransport } from './transports/web-socket.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly photos: Photos;
  /** @default the plain one */
  readonly schema?: GraphQLSchema;
  /** Authenticates clients. @default everybody */
  readonly access?: Access;
  /** The archive whose pictures are served here; null if there is none. */
  readonly archive: Pick<OpenedArchive, 'ownAddresses' | 'stored'> | null;
  readonly maxFileSizeBytes: number;
  readonly uploadTimeoutMs: number;
  readonly drainTimeoutMs: number;
  /**
   * How long the server goes on listening after `/ready` reports that it is draining, so that load balancers
   * stop sending requests. It is part of `drainTimeoutMs`.
   * @default 0
   */
  readonly drainDelayMs?: number;
  /** The address at which clients reach the gateway. Null: the host that each request names. */
  readonly publicUrl: URL | null;
  readonly corsOrigins: readonly string[];
  /** Hosts that a request may name besides the loopback names. @default null: any */
  readonly allowedHosts?: readonly string[] | null;
  /**
   * Further headers that make a browser send a preflight request before a form, besides those of the
   * contract.
   * @default none
   */
  readonly preflightHeaders?: readonly string[];
  /** The most connections at the same time, WebSockets included. @default 10_000 */
  readonly maxConnections?: number;
  /** How late the event loop may be, in milliseconds, before new operations are rejected. @default 1000 */
  readonly maxEventLoopLagMs?: number;
  /** Addresses and CIDR ranges of proxies whose X-Forwarded-For is trusted. @default none */
  readonly trustedProxies?: readonly string[];
  /** The limits for each client and each address. @default no limits */
  readonly traffic?: TrafficLimits;
  /** How many gateways of a fleet share the limits per minute at this moment. @default 1 */
  readonly livingNodes?: () => number;
  /** A client that reads nothing of its pending data for this long is disconnected. @default 60_000 */
  readonly stallTimeoutMs?: number;
  /** Documents that clients may name by id. @default null: none */
  readonly trusted?: TrustedDocuments | null;
  /** Whether any other document is rejected. @default false */
  readonly trustedOnly?: boolean;
  /** Whether documents are kept for clients that name them by their hashes later. @default true */
  readonly persistedQueries?: boolean;
  /** Whether clients may introspect the schema. @default true */
  readonly introspection?: boolean;
  /** Whether GraphiQL is served. @default true */
  readonly graphiql?: boolean;
  /** Whether the studio, the page on which people restore photos, is served. @default true */
  readonly studio?: boolean;
  /**
   * The time between two signs of life: comments of a stream of events, and pings of a WebSocket. A WebSocket
   * that has not answered the last ping is disconnected.
   * @default 12_000
   */
  readonly pingIntervalMs?: number;
  /** The time between two heartbeats of Apollo's multipart protocol. @default 10_000 */
  readonly heartbeatIntervalMs?: number;
  /** The routers that may subscribe by callback. @default null: none */
  readonly callbacks?: Omit<CallbacksOptions, 'log'> | null;
  /** Whether JSON by POST is answered without Yoga. @default true */
  readonly plainJson?: boolean;
  /** Is told of each request. @default nobody */
  readonly telemetry?: Telemetry;
  /** The metrics that `/metrics` serves. @default null: none */
  readonly metrics?: MetricsSource | null;
  /** A WebSocket that is not initialised within this time is closed. @default 10_000 */
  readonly initTimeoutMs?: number;
  readonly log: Log;
}

export interface Server {
  /** The address of the server, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /**
   * Stops gracefully: reports `draining` to load balancers, accepts no more work, ends subscriptions
   * (WebSockets with 1012, others with `GATEWAY_RESTARTING`), and lets running requests finish. After
   * `drainTimeoutMs` it cuts what is left. Further calls wait for the same stop.
   */
  close(): Promise<void>;
}

const EXPLORER = new URL('../../dist/explorer/', import.meta.url);
const STUDIO = new URL('../../dist/studio/', import.meta.url);

/** Serves GraphQL and the pages over HTTP and WebSocket. Resolves once it listens. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { photos, access = everybody, publicUrl, corsOrigins, drainTimeoutMs, log } = options;
  const { telemetry = noTelemetry, metrics = null } = options;
  let readiness: Readiness = 'starting';
  const addresses = createAddresses({ trustedProxies: options.trustedProxies ?? [], log });
  // With `AUTH=open` all requests belong to one client. Counted by client, one of them could use up the
  // limits of all.
  const countsByAddress = access === everybody;
  const authenticator = createAuthenticator({ access, publicUrl, countsByAddress });
  using started = new DisposableStack();
  const traffic = started.use(
    createTraffic({ ...options, addresses, limits: options.traffic ?? UNLIMITED }),
  );
  const load = started.use(startLoadGauge({ maxLagMs: options.maxEventLoopLagMs ?? 1000 }));
  const { trusted = null, trustedOnly = false, introspection = true } = options;
  const persistedQueries = createPersistedQueries({ enabled: options.persistedQueries ?? true });
  const named = createNamedDocuments({
    trusted,
    persisted: trustedOnly ? null : persistedQueries,
  });
  const pipeline = createPipeline({
    schema: await traceRootFields(options.schema ?? plainSchema, telemetry.tracing),
    photos,
    subscriptions: traffic.subscriptions,
    trusted,
    trustedOnly,
    introspection,
    telemetry,
    log,
  });
  const webSockets = createWebSocketTransport({
    pipeline,
    named,
    authenticator,
    load,
    limits: traffic.requests,
    telemetry,
    pingIntervalMs: options.pingIntervalMs ?? 12_000,
    initTimeoutMs: options.initTimeoutMs ?? 10_000,
    log,
  });
  const callbacks = options.callbacks ? createCallbacks({ ...options.callbacks, log }) : null;
  const explorer = options.graphiql === false ? null : createExplorer({ directory: EXPLORER });
  const studio = options.studio === false ? null : createStudio({ directory: STUDIO });
  const isAllowedHost = createHostCheck(options.allowedHosts ?? null);
  const http = await startHttpServer({
    host: options.host,
    port: options.port,
    onRequest: observing(
      telemetry,
      createRoutes({
        graphql: createGraphQLOverHttp({
          ...options,
          pipeline,
          callbacks,
          named,
          authenticator,
          limits: traffic.requests,
          load,
          uploads: options,
        }),
        studio,
        explorer,
        cors: createCors(corsOrigins),
        isAllowedHost,
        addresses,
        traffic,
        archive: archiveRoute(options),
        metrics: metrics && createMetricsRoute(metrics, log),
        readiness: () => readiness,
        health: () => photos.health(),
        log,
      }),
    ),
    // An upload that takes too long fails by its own timeouts, with a message. Those of its form and of its
    // first bytes pass before the upload's timeout starts, so this one is longer. It only cuts the
    // connection.
    requestTimeoutMs: options.uploadTimeoutMs + 60_000,
    maxConnections: options.maxConnections ?? 10_000,
    log,
  });
  http.node.on(
    'upgrade',
    createUpgrades({
      isAllowedHost,
      corsOrigins,
      readiness: () => readiness,
      load,
      addresses,
      traffic,
      webSockets,
      log,
    }),
  );
  traffic.connections.watch(http.node);
  started.use(
    disconnectSlowReaders(http.node, { stallTimeoutMs: options.stallTimeoutMs ?? 60_000, log }),
  );
  const running = started.move();
  readiness = 'ready';

  async function stop() {
    readiness = 'draining';
    const { drainDelayMs = 0 } = options;
    if (drainDelayMs > 0) await delay(drainDelayMs);
    const closed = Promise.all([http.close(), webSockets.close(), callbacks?.close()]);
    photos.endWaits();
    const deadline = new AbortController();
    const remainingMs = Math.max(0, drainTimeoutMs - drainDelayMs);
    await Promise.race([closed, delay(remainingMs, undefined, { signal: deadline.signal })]);
    deadline.abort();
    http.terminate();
    webSockets.terminate();
    callbacks?.terminate();
    await closed;
    running.dispose();
  }

  let stopped: Promise<void> | undefined;
  return { url: http.url, close: () => (stopped ??= stop()) };
}

function archiveRoute({ photos, archive, log }: ServerOptions) {
  if (archive === null) return null;
  const { ownAddresses: addresses, stored } = archive;
  return createArchiveRoute({ addresses, photos, stored, log });
}
