import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** The schema of the peers that read files with graphql-upload or graphql-upload-minimal. */
export const uploadSchema = /* GraphQL */ `
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

interface ArrivingFile {
  createReadStream(): Readable;
}

let uploads = 0;

/** Reads the file to its end and keeps nothing, as the documentation's own resolvers do. */
export async function uploadPhoto(_root: unknown, { file }: { file: Promise<ArrivingFile> }) {
  const upload = await file;
  await finished(upload.createReadStream().resume());
  uploads += 1;
  return { id: `photo-${uploads}` };
}
