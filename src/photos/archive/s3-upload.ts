import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Log } from '../../common/log.ts';
import { inParts } from './in-parts.ts';
import { beginMultipart, type MultipartUpload, type S3Target } from './s3-multipart.ts';

export interface S3UploadOptions {
  readonly client: S3Client;
  readonly target: S3Target;
  /** A smaller object is sent in one request. */
  readonly partSizeBytes: number;
  readonly signal: AbortSignal;
  /** Logs parts that could not be deleted. */
  readonly log: Pick<Log, 'warn'>;
}

/** Uploads `bytes` as one object, atomically. A failed upload leaves no parts. */
export async function uploadToS3(
  bytes: AsyncIterable<Uint8Array>,
  { client, target, partSizeBytes, signal, log }: S3UploadOptions,
): Promise<void> {
  let upload: MultipartUpload | undefined;
  try {
    for await (const part of inParts(bytes, partSizeBytes)) {
      if (upload === undefined && part.length < partSizeBytes) {
        const command = new PutObjectCommand({ ...target, Body: part });
        const { ETag } = await client.send(command, { abortSignal: signal });
        if (ETag === undefined) throw new Error('S3 accepted a picture without returning an ETag');
        return;
      }
      upload ??= await beginMultipart(client, target);
      await upload.send(part, signal);
    }
    await upload?.complete(signal);
  } catch (error) {
    await upload?.abandon().catch((failure: unknown) => {
      log.warn(
        { err: failure, key: target.Key },
        'Parts of a picture are left behind in the bucket',
      );
    });
    signal.throwIfAborted();
    throw error;
  }
}
