import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { createToken } from '../provider/token.ts';

/**
 * The peer: the obvious first version. Plain Yoga with its own `File`, which forwards the picture
 * with `fetch` and `FormData`.
 */
const yoga = createYoga({
  logging: false,
  maxRequestBodySize: 100_000_000,
  schema: createSchema({
    typeDefs: /* GraphQL */ `
      scalar File
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
        uploadPhoto(file: File!, repairType: RepairType!): Photo!
      }
    `,
    resolvers: { Mutation: { uploadPhoto: (_root, { file }: { file: File }) => sendOn(file) } },
  }),
});

async function sendOn(file: File) {
  const form = new FormData();
  form.append('third_code', 'bench');
  form.append('repair_type', 'sr,repair');
  form.append('file', file);
  const url = `${process.env['PHOTO_API_URL']}/api/third/photo/upload`;
  const response = await fetch(url, {
    method: 'POST',
    body: form,
    headers: { token: createToken() },
  });
  return { id: /"mdf":"([^"]+)"/.exec(await response.text())?.[1] };
}

const server = createServer((req, res) => void yoga(req, res));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`serves http://127.0.0.1:${typeof address === 'object' && address?.port}/graphql`);
});
