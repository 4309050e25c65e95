import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { startFauxqs } from 'fauxqs';
import { makeTemporaryDirectory } from './temporary-directory.ts';

export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  readonly bucket: string;
}

export interface MultipartS3Server extends S3Server {
  /** The ids of multipart uploads that are neither complete nor abandoned. */
  uploadsUnderWay(): Promise<readonly string[]>;
}

const BUCKET = 'photos';

/** An S3 server on loopback that supports every multipart call, and accepts any credentials. */
export async function startS3Server(): Promise<MultipartS3Server> {
  const directory = await makeTemporaryDirectory();
  const server = await startFauxqs({
    host: '127.0.0.1',
    port: 0,
    logger: false,
    s3StorageDir: directory.path,
    init: { buckets: [BUCKET] },
  });
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    bucket: BUCKET,
    uploadsUnderWay: () => readdir(join(directory.path, '_multipart')),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** The only credentials that the strict server accepts. */
export const STRICT_KEY = 'S3RVER';

/**
 * An S3 server on loopback that checks every signature and expiry, but cannot abandon a multipart
 * upload.
 */
export async function startStrictS3Server(): Promise<S3Server> {
  const directory = await makeTemporaryDirectory();
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: directory.path,
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket: BUCKET,
    async [Symbol.asyncDispose]() {
      await server.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}
