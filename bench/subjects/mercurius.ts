import Fastify from 'fastify';
import { GraphQLUpload, type FileUpload } from 'graphql-upload-minimal';
import { mercurius } from 'mercurius';
import { mercuriusUpload } from 'mercurius-upload';
import { idle, photoReady, photoStatus, upload } from './peer-photos.ts';
import { peerSchema } from './peer-schema.ts';

/**
 * The peer: mercurius with its compiler on, with mercurius-upload and its own subscriptions. CSRF
 * prevention is set up for uploads as its page does it. It forwards uploads and asks the provider.
 */
const app = Fastify();
await app.register(mercuriusUpload, { maxFileSize: 25_000_000, maxFiles: 1 });
await app.register(mercurius, {
  schema: peerSchema('Upload'),
  jit: 1,
  subscription: true,
  resolvers: {
    Upload: GraphQLUpload,
    Query: { photoStatus: (_root: unknown, { id }: { id: string }) => photoStatus(id) },
    Mutation: {
      uploadPhoto: async (_root: unknown, { file }: { file: Promise<FileUpload> }) =>
        upload((await file).createReadStream()),
    },
    Subscription: {
      photoReady: { subscribe: (_root: unknown, { id }: { id: string }) => photoReady(id) },
      idle: { subscribe: () => idle() },
    },
  },
  csrfPrevention: {
    allowedContentTypes: ['application/json', 'multipart/form-data'],
    requiredHeaders: ['Mercurius-Require-Preflight'],
  },
});
const address = await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
console.log(`serves ${address}/graphql`);
