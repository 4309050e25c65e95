import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';

/** The key of an object, and the headers with which it is served. */
export interface S3Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType?: string;
  readonly ContentDisposition?: string;
}

/**
 * An object that is uploaded in parts. The previous object is served until this one is complete.
 */
export interface MultipartUpload {
  /**
   * Sends the next part. All but the last must have the same size, at least S3's minimum of 5 MiB.
   */
  send(part: Buffer, signal: AbortSignal): Promise<void>;
  /** Combines the parts into one object. */
  complete(signal: AbortSignal): Promise<void>;
  /**
   * Deletes the parts. Otherwise they would be kept, and charged, unseen.
   * @throws if S3 does not delete them.
   */
  abandon(): Promise<void>;
}

/**
 * Takes no signal, because it must not be aborted: a multipart upload whose id never arrived could
 * not be abandoned.
 */
export async function beginMultipart(client: S3Client, target: S3Target): Promise<MultipartUpload> {
  const { Bucket, Key } = target;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  if (UploadId === undefined) throw new Error('S3 began a multipart upload without an id');
  const upload = { Bucket, Key, UploadId };
  const parts: CompletedPart[] = [];

  async function send(part: Buffer, signal: AbortSignal): Promise<void> {
    const PartNumber = parts.length + 1;
    const command = new UploadPartCommand({ ...upload, PartNumber, Body: part });
    const { ETag } = await client.send(command, { abortSignal: signal });
    if (ETag === undefined) throw new Error('S3 accepted a part without returning an ETag');
    parts.push({ PartNumber, ETag });
  }

  async function complete(signal: AbortSignal): Promise<void> {
    const command = new CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: { Parts: parts },
    });
    await client.send(command, { abortSignal: signal });
  }

  async function abandon(): Promise<void> {
    await client.send(new AbortMultipartUploadCommand(upload));
  }

  return { send, complete, abandon };
}
