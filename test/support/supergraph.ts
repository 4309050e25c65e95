import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { composeServices as composeByApollo } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { MemPubSub } from '@graphql-hive/pubsub';
import { composeServices as composeByTheGuild } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { listen, type LoopbackServer } from './listen.ts';

/** A subgraph of albums: it returns photos, and adds a field to them. */
const albums = parse(`
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
  type Query {
    album: Album!
  }
  type Album {
    title: String!
    photos: [Photo]!
    pageInfo: PageInfo!
  }
  type Photo @key(fields: "id") {
    id: ID!
    albumTitle: String!
  }
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
`);

const TITLE = 'Summer';

/** The album has the photos with these ids. */
export async function startAlbums(ids: () => readonly string[]): Promise<LoopbackServer> {
  const album = () => ({
    title: TITLE,
    photos: ids().map((id) => ({ id })),
    pageInfo: { hasNextPage: false, hasPreviousPage: false },
  });
  const schema = buildSubgraphSchema({
    typeDefs: albums,
    resolvers: {
      Query: { album },
      Photo: { albumTitle: () => TITLE },
    },
  });
  const yoga = createYoga({ schema, logging: false });
  return listen(createServer((req, res) => void yoga(req, res)));
}

export interface Subgraphs {
  /** The address of the gateway's GraphQL endpoint. */
  readonly photos: string;
  /** The address of the other subgraph. */
  readonly albums: string;
}

/** Composes both subgraphs by each of the two implementations. */
export const COMPOSITIONS = {
  Apollo: (urls: Subgraphs) => compose(composeByApollo, urls),
  'The Guild': (urls: Subgraphs) => compose(composeByTheGuild, urls),
};

type Compose = typeof composeByApollo | typeof composeByTheGuild;

async function compose(composeServices: Compose, urls: Subgraphs): Promise<string> {
  const own = await readFile(new URL('../../schema/subgraph.graphql', import.meta.url), 'utf8');
  const { supergraphSdl, errors } = composeServices([
    { name: 'photos', typeDefs: parse(own), url: urls.photos },
    { name: 'albums', typeDefs: albums, url: `${urls.albums}/graphql` },
  ]);
  if (supergraphSdl === undefined) throw new AggregateError(errors ?? []);
  return supergraphSdl;
}

export interface HiveGatewayOptions {
  /** Subscribe to photos by callbacks to this address of Hive Gateway itself. @default over HTTP */
  readonly callbackUrl?: URL;
}

/** Hive Gateway with the supergraph, configured as the clients' guide says. */
export async function startHiveGateway(
  supergraph: string,
  { callbackUrl }: HiveGatewayOptions = {},
): Promise<LoopbackServer> {
  const runtime = createGatewayRuntime({
    supergraph,
    propagateHeaders: {
      fromClientToSubgraphs({ request }) {
        const authorization = request.headers.get('authorization');
        return { 'graphql-preflight': 'hive', ...(authorization && { authorization }) };
      },
    },
    multipart: true,
    logging: false,
    ...(callbackUrl && byCallback(callbackUrl)),
  });
  const server = await listen(
    createServer((req, res) => void runtime(req, res)),
    callbackUrl && Number(callbackUrl.port),
  );
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function byCallback({ href, pathname }: URL) {
  const options = { public_url: href, path: pathname };
  return {
    pubsub: new MemPubSub(),
    webhooks: true,
    transportEntries: {
      photos: { options: { subscriptions: { kind: 'http-callback', options } } },
    },
  };
}
