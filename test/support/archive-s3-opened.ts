import { pino } from 'pino';
import { createSecret } from '../../src/common/secret.ts';
import { createS3Archive, type S3ArchiveOptions } from '../../src/photos/archive/s3-archive.ts';
import { MIB } from './archive-sources.ts';
import { STRICT_KEY, type S3Server } from './s3-server.ts';

/** An archive in the bucket of a test server, with credentials that each server accepts. */
export function openS3Archive(
  server: Pick<S3Server, 'endpoint'>,
  options: Partial<S3ArchiveOptions> = {},
) {
  const archive = createS3Archive({
    bucket: 'photos',
    prefix: 'finished/pictures',
    region: 'eu-central-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: STRICT_KEY, secretAccessKey: createSecret(STRICT_KEY) },
    partSizeBytes: 5 * MIB,
    log: pino({ level: 'silent' }),
    ...options,
  });
  return { ...archive, [Symbol.asyncDispose]: () => archive.close() };
}
