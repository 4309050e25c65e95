import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { everybody } from '../../src/access/everybody.ts';
import type { Log } from '../../src/common/log.ts';
import { schema } from '../../src/graphql/schema.ts';
import type { Photos } from '../../src/photos/photos.ts';
import { createAuthenticator } from '../../src/server/admission/authenticator.ts';
import { createAddresses } from '../../src/server/admission/traffic/addresses.ts';
import {
  createTraffic,
  UNLIMITED,
  type Traffic,
} from '../../src/server/admission/traffic/traffic.ts';
import { createNamedDocuments } from '../../src/server/pipeline/documents/named-documents.ts';
import { createPipeline } from '../../src/server/pipeline/pipeline.ts';
import {
  createGraphQLOverHttp,
  type GraphQLOverHttpOptions,
} from '../../src/server/transports/http/graphql-over-http.ts';
import { observing } from '../../src/server/transports/http/observe-requests.ts';
import { noTelemetry } from '../../src/telemetry/no-telemetry.ts';
import { stubPhotos } from './stub-photos.ts';
import { portOf } from './wire-server.ts';

export interface PipelineServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  readonly node: Server;
}

export interface PipelineServerOptions extends Partial<GraphQLOverHttpOptions> {
  /** @default the gateway's own */
  readonly schema?: GraphQLSchema;
  /** @default one of which nothing may be asked */
  readonly photos?: Photos;
  /** @default no limits */
  readonly traffic?: Traffic;
  readonly log?: Log;
  readonly onRequest?: (request: IncomingMessage) => void;
}

/** GraphQL over HTTP on the pipeline, without the routes and the WebSockets of the gateway's server. */
export async function startPipelineServer(
  options: PipelineServerOptions = {},
): Promise<PipelineServer> {
  const { log = pino({ level: 'silent' }), photos = stubPhotos(unused), onRequest } = options;
  const addresses = createAddresses({ trustedProxies: [], log });
  const { traffic = createTraffic({ addresses, limits: UNLIMITED, log }) } = options;
  const pipeline = createPipeline({
    schema,
    photos,
    subscriptions: traffic.subscriptions,
    trusted: null,
    trustedOnly: false,
    introspection: true,
    telemetry: noTelemetry,
    log,
    ...options,
  });
  const graphql = createGraphQLOverHttp({
    callbacks: null,
    pipeline,
    named: createNamedDocuments({ trusted: null, persisted: null }),
    authenticator: createAuthenticator({
      access: everybody,
      publicUrl: null,
      countsByAddress: true,
    }),
    limits: traffic.requests,
    load: { overloaded: false },
    uploads: { maxFileSizeBytes: 1_000_000 },
    corsOrigins: [],
    log,
    ...options,
  });
  const node = createServer(
    observing(noTelemetry, (req, res, record) => {
      onRequest?.(req);
      const address = addresses.of(req);
      void graphql({ req, res, record, requestId: 'test', address, head: [] });
    }),
  );
  node.listen(0, '127.0.0.1');
  await once(node, 'listening');
  const port = portOf(node.address());
  return {
    endpoint: `http://127.0.0.1:${port}/graphql`,
    port,
    node,
    async [Symbol.asyncDispose]() {
      node.closeAllConnections();
      node.close();
      await once(node, 'close');
    },
  };
}

function unused(): never {
  throw new Error('No test here asks for it');
}
