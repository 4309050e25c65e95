import type { IncomingMessage, Server } from 'node:http';
import { GraphQLUpload, type FileUpload } from 'graphql-upload-minimal';
import { createSchema } from 'graphql-yoga';
import { pino } from 'pino';
import { GatewayError } from '../../src/common/errors.ts';
import type { DrainBounds } from '../../src/server/transports/bodies/drain-body.ts';
import type { MultipartUploadsOptions } from '../../src/server/transports/uploads/use-multipart-uploads.ts';
import { startPipelineServer } from './pipeline-server.ts';

export interface MultipartServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  readonly node: Server;
  /** The fields whose resolvers have run, in order. */
  readonly ran: readonly string[];
  /**
   * How each file stream ended, in the order of opening: with its size, or with the error's code.
   */
  readonly reads: readonly Promise<number | string>[];
  /** Lines in the log: unexpected errors. */
  readonly logged: readonly string[];
  /** All requests so far. */
  readonly requests: readonly IncomingMessage[];
}

export interface MultipartServerOptions extends Partial<MultipartUploadsOptions> {
  readonly drain?: Partial<DrainBounds>;
  readonly json?: { readonly maxBytes?: number; readonly timeoutMs?: number };
}

interface FileArguments {
  readonly file: Promise<FileUpload>;
}

interface PairArguments {
  readonly first: Promise<FileUpload>;
  readonly second: Promise<FileUpload>;
}

const typeDefs = /* GraphQL */ `
  scalar Upload
  type Query {
    echo(text: String): String
  }
  type Mutation {
    "Reads the whole file and returns its size."
    read(file: Upload!): Int
    "Reads the whole file of each, one after the other, and returns their sizes."
    readEach(first: Upload!, second: Upload!): [Int]
    "Fails without a look at the file."
    fail(file: Upload!): Int
    "Opens the file and fails."
    openAndFail(file: Upload!): Int
    "Reads the first bytes and fails."
    readSomeAndFail(file: Upload!): Int
    "Succeeds without a look at the file."
    ignore(file: Upload): Int
    "Succeeds without a look at a list of files."
    ignoreList(files: [Upload]): Int
    "Succeeds without a look at an object of any kind."
    ignoreInput(input: AnyInput): Int
  }
  scalar AnyInput
`;

/** The gateway's own body readers, in front of resolvers that treat files in every way. */
export async function startMultipartServer(
  options: MultipartServerOptions = {},
): Promise<MultipartServer> {
  const { drain, json, ...uploads } = options;
  const ran: string[] = [];
  const reads: Promise<number | string>[] = [];
  const logged: string[] = [];
  const requests: IncomingMessage[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void logged.push(line) });

  async function note(read: Promise<number>): Promise<number> {
    reads.push(
      read.catch((error: unknown) => (error instanceof GatewayError ? error.code : String(error))),
    );
    return read;
  }

  const fields: Record<string, (args: FileArguments & PairArguments) => unknown> = {
    read: (args) => note(readAll(args)),
    async readEach({ first, second }) {
      return [await note(readAll({ file: first })), await note(readAll({ file: second }))];
    },
    fail,
    async openAndFail({ file }) {
      (await file).createReadStream();
      return fail();
    },
    async readSomeAndFail({ file }) {
      await (await file).createReadStream()[Symbol.asyncIterator]().next();
      return fail();
    },
    ignore: () => 0,
    ignoreList: () => 0,
    ignoreInput: () => 0,
  };
  const Mutation = Object.fromEntries(
    Object.entries(fields).map(([name, resolve]) => [
      name,
      (_root: unknown, args: FileArguments & PairArguments) => {
        ran.push(name);
        return resolve(args);
      },
    ]),
  );

  const Query = { echo: (_root: unknown, { text }: { readonly text?: string }) => text };
  const server = await startPipelineServer({
    schema: createSchema({ typeDefs, resolvers: { Upload: GraphQLUpload, Query, Mutation } }),
    uploads: { maxFileSizeBytes: 1_000_000, ...uploads },
    json: { maxBytes: 10_000, timeoutMs: 5000, ...json },
    drain: { maxBytes: 5_000_000, timeoutMs: 5000, idleTimeoutMs: 1000, ...drain },
    onRequest: (request) => requests.push(request),
    log,
  });
  return { ...server, ran, reads, logged, requests };
}

async function readAll({ file }: FileArguments): Promise<number> {
  const upload = await file;
  let size = 0;
  for await (const chunk of upload.createReadStream()) size += Buffer.from(chunk).length;
  return size;
}

function fail(): never {
  throw new GatewayError('QUOTA_EXHAUSTED', 'There is nothing left to spend.');
}
