import { Readable } from 'node:stream';
import { S3ServiceException, type GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { passing } from '../../common/collect-chunks.ts';
import type { StoredObject } from './stored-pictures.ts';
import { untilAborted } from './until-aborted.ts';

/** Reads an object; see `ReadObject`. */
export async function readObject(
  client: S3Client,
  command: GetObjectCommand,
  signal: AbortSignal,
): Promise<StoredObject | 'unsatisfiable' | null> {
  try {
    const { Body, ContentLength, ContentRange } = await client.send(command, {
      abortSignal: signal,
    });
    if (!(Body instanceof Readable)) throw new Error('S3 answered without a body');
    return {
      sizeBytes: ContentLength,
      contentRange: ContentRange,
      bytes: passing(untilAborted(Body, signal)),
    };
  } catch (error) {
    signal.throwIfAborted();
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 404) return null;
    if (status === 416) return 'unsatisfiable';
    throw error;
  }
}
