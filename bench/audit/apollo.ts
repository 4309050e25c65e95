import { once } from 'node:events';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import cors from 'cors';
import express from 'express';
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs';
import graphqlUploadExpress from 'graphql-upload/graphqlUploadExpress.mjs';
import { uploadPhoto, uploadSchema } from './peer-schema.ts';

/**
 * The peer: Apollo Server as its Express integration's page sets it up, with CSRF prevention left
 * on as that page asks, with graphql-upload and the limits of that library's own example. Apollo
 * Server needs graphql 16, and 17 is the newest graphql-upload for it.
 */
const app = express();
const httpServer = createServer(app);
const server = new ApolloServer({
  typeDefs: uploadSchema,
  resolvers: { Upload: GraphQLUpload, Mutation: { uploadPhoto } },
  plugins: [ApolloServerPluginDrainHttpServer({ httpServer })],
});
await server.start();
app.use(
  '/graphql',
  cors(),
  graphqlUploadExpress({ maxFileSize: 10_000_000, maxFiles: 10 }),
  express.json(),
  expressMiddleware(server),
);

httpServer.listen(0, '127.0.0.1');
await once(httpServer, 'listening');
const address = httpServer.address();
console.log(`serves http://127.0.0.1:${typeof address === 'object' && address?.port}/graphql`);
