import { finished } from 'node:stream/promises';
import Fastify from 'fastify';
import { GraphQLUpload, type FileUpload } from 'graphql-upload-minimal';
import { mercurius } from 'mercurius';
import { mercuriusUpload } from 'mercurius-upload';

/**
 * The peer: mercurius with mercurius-upload. CSRF prevention is set up for uploads as mercurius's
 * page does it ("Enabling File Upload"; the page says `contentTypes`, the code says
 * `allowedContentTypes`). The limits are those that mercurius-upload's readme suggests.
 */
const schema = /* GraphQL */ `
  scalar Upload
  enum RepairType {
    REPAIR
  }
  type Photo {
    id: ID!
  }
  type Query {
    hello: String
  }
  type Mutation {
    uploadPhoto(file: Upload!, repairType: RepairType!): Photo!
  }
`;

let uploads = 0;

/** Reads the file to its end and keeps nothing, as the documentation's own resolver does. */
async function uploadPhoto(_root: unknown, { file }: { file: Promise<FileUpload> }) {
  const upload = await file;
  await finished(upload.createReadStream().resume());
  uploads += 1;
  return { id: `photo-${uploads}` };
}

const app = Fastify();
await app.register(mercuriusUpload, { maxFileSize: 1024 * 1024 * 5, maxFiles: 1 });
await app.register(mercurius, {
  schema,
  resolvers: { Upload: GraphQLUpload, Mutation: { uploadPhoto } },
  csrfPrevention: {
    allowedContentTypes: ['application/json', 'multipart/form-data'],
    requiredHeaders: ['Mercurius-Require-Preflight'],
  },
});
const address = await app.listen({ port: 0, host: '127.0.0.1' });
console.log(`serves ${address}/graphql`);
