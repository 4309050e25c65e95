import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';

/** Where an object goes, and with which headers it is handed out. */
export interface S3Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType?: string;
  readonly ContentDisposition?: string;
}

/** An object on its way in parts. Until it is complete, what was there before is served. */
export interface MultipartUpload {
  /** Sends the next part; all but the last must be of one size, at least the 5 MiB that S3 wants. */
  send(part: Buffer, signal: AbortSignal): Promise<void>;
  /** Makes the parts one object. */
  complete(signal: AbortSignal): Promise<void>;
  /** Deletes the parts, which else would be kept, and charged, unseen. @throws where S3 does not do it. */
  abandon(): Promise<void>;
}

/**
 * Not to be aborted, and so without a signal: a multipart upload whose id never arrived could not be
 * abandoned.
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
    if (ETag === undefined) throw new Error('S3 took a part without an ETag');
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
