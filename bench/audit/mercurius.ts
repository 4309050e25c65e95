import Fastify from 'fastify';
import { GraphQLUpload } from 'graphql-upload-minimal';
import { mercurius } from 'mercurius';
import { mercuriusUpload } from 'mercurius-upload';
import { uploadPhoto, uploadSchema } from './peer-schema.ts';

/**
 * The peer: mercurius with mercurius-upload. CSRF prevention is set up for uploads as mercurius's
 * page does it ("Enabling File Upload"; the page says `contentTypes`, the code says
 * `allowedContentTypes`). The limits are those that mercurius-upload's readme suggests.
 */
const app = Fastify();
await app.register(mercuriusUpload, { maxFileSize: 1024 * 1024 * 5, maxFiles: 1 });
await app.register(mercurius, {
  schema: uploadSchema,
  resolvers: { Upload: GraphQLUpload, Mutation: { uploadPhoto } },
  csrfPrevention: {
    allowedContentTypes: ['application/json', 'multipart/form-data'],
    requiredHeaders: ['Mercurius-Require-Preflight'],
  },
});
const address = await app.listen({ port: 0, host: '127.0.0.1' });
console.log(`serves ${address}/graphql`);
