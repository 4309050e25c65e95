import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { account, createToken } from '../provider/token.ts';
import { idle, photoReady, photoStatus } from './peer-photos.ts';
import { peerSchema } from './peer-schema.ts';

/**
 * The peer: the obvious first version. Plain Yoga with its own `File`, which forwards the picture with
 * `fetch` and `FormData`, and its own server-sent events.
 */
const yoga = createYoga({
  logging: false,
  maxRequestBodySize: 100_000_000,
  schema: createSchema({
    typeDefs: peerSchema('File'),
    resolvers: {
      Query: { photoStatus: (_root, { id }: { id: string }) => photoStatus(id) },
      Mutation: { uploadPhoto: (_root, { file }: { file: File }) => sendOn(file) },
      Subscription: {
        photoReady: { subscribe: (_root, { id }: { id: string }) => photoReady(id) },
        idle: { subscribe: () => idle() },
      },
    },
  }),
});

async function sendOn(file: File) {
  const form = new FormData();
  form.append('third_code', account.thirdCode);
  form.append('repair_type', 'sr,repair');
  form.append('file', file);
  const url = `${process.env['PHOTO_API_URL']}/api/third/photo/upload`;
  const headers = { token: createToken() };
  const response = await fetch(url, { method: 'POST', body: form, headers });
  return { id: /"mdf":"([^"]+)"/.exec(await response.text())?.[1], status: 'PROCESSING' };
}

const server = createServer((req, res) => void yoga(req, res));
server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address();
  console.log(`serves http://127.0.0.1:${typeof address === 'object' && address?.port}/graphql`);
});
