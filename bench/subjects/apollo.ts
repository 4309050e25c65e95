import { once } from 'node:events';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import cors from 'cors';
import express from 'express';
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs';
import graphqlUploadExpress from 'graphql-upload/graphqlUploadExpress.mjs';
import type { FileUpload } from 'graphql-upload/processRequest.mjs';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { idle, photoReady, photoStatus, upload } from './peer-photos.ts';
import { peerSchema } from './peer-schema.ts';

/**
 * The peer: Apollo Server as the pages of its Express integration and of its subscriptions set it up,
 * with graphql-upload and graphql-ws. It forwards uploads and asks the provider.
 */
const schema = makeExecutableSchema({
  typeDefs: peerSchema('Upload'),
  resolvers: {
    Upload: GraphQLUpload,
    Query: { photoStatus: (_root, { id }: { id: string }) => photoStatus(id) },
    Mutation: {
      uploadPhoto: async (_root, { file }: { file: Promise<FileUpload> }) =>
        upload((await file).createReadStream()),
    },
    Subscription: {
      photoReady: { subscribe: (_root, { id }: { id: string }) => photoReady(id) },
      idle: { subscribe: () => idle() },
    },
  },
});

const app = express();
const httpServer = createServer(app);
const webSockets = new WebSocketServer({ server: httpServer, path: '/graphql' });
useServer({ schema }, webSockets);
const server = new ApolloServer({
  schema,
  plugins: [ApolloServerPluginDrainHttpServer({ httpServer })],
});
await server.start();
app.use(
  '/graphql',
  cors(),
  graphqlUploadExpress({ maxFileSize: 25_000_000, maxFiles: 1 }),
  express.json(),
  expressMiddleware(server),
);

httpServer.listen(0, '127.0.0.1', 4096);
await once(httpServer, 'listening');
const address = httpServer.address();
console.log(`serves http://127.0.0.1:${typeof address === 'object' && address?.port}/graphql`);
