import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { passing } from '../../common/collect-chunks.ts';
import type { Log } from '../../common/log.ts';
import type { Secret } from '../../common/secret.ts';
import type { AddressOptions, Archive, IncomingPicture, LocalPicture } from './archive.ts';
import { contentDisposition, fileNameOfId } from './file-name.ts';
import { parsePictureName } from './picture-name.ts';
import { refuseUnexpectedAnswers } from './s3-answers.ts';
import { beginMultipart } from './s3-multipart.ts';
import { readObject } from './s3-read.ts';
import { uploadToS3 } from './s3-upload.ts';
import type { ReadObject } from './stored-pictures.ts';
import { untilAborted } from './until-aborted.ts';

export interface S3ArchiveOptions {
  readonly bucket: string;
  /** Prefix of every key, without slashes at its ends; empty for none. */
  readonly prefix: string;
  readonly region: string;
  /** The endpoint of a service other than Amazon's. @default Amazon's for the region */
  readonly endpoint?: string | undefined;
  /**
   * Whether the bucket goes into the path rather than the host name.
   * @default true if `endpoint` is given
   */
  readonly pathStyle?: boolean | undefined;
  /** The start of picture addresses, if clients cannot reach `endpoint`. @default `endpoint` */
  readonly publicEndpoint?: string | undefined;
  readonly credentials: S3Credentials;
  /** A larger picture is uploaded in parts of this size; at least 5 MiB. @default 8 MiB */
  readonly partSizeBytes?: number;
  /**
   * Longest time for which a request may neither send nor receive a byte, in milliseconds.
   * @default 30000
   */
  readonly idleTimeoutMs?: number;
  /** Resolves host names. @default the system's resolver */
  readonly lookup?: LookupFunction;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Logs parts that could not be deleted. */
  readonly log: Pick<Log, 'warn'>;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** For temporary credentials. */
  readonly sessionToken?: Secret | undefined;
}

const MIB = 1024 * 1024;

/** An archive in a bucket, whose pictures the gateway can read too. */
export interface S3Archive extends Archive {
  readonly read: ReadObject;
}

/**
 * An archive in an S3 bucket, or in one of a compatible service. S3 itself serves its addresses.
 */
export function createS3Archive(options: S3ArchiveOptions): S3Archive {
  const { bucket, prefix, partSizeBytes = 8 * MIB, now = Date.now, log } = options;
  const client = createClient(options);
  const { publicEndpoint } = options;
  const signer =
    publicEndpoint === undefined ? client : createClient({ ...options, endpoint: publicEndpoint });
  const objectOf = (name: string) => ({
    Bucket: bucket,
    Key: prefix === '' ? name : `${prefix}/${name}`,
  });

  const objectOfPicture = (name: string) => {
    const { id, suffix } = parsePictureName(name);
    return objectOf(`${id}${suffix}`);
  };

  async function put(name: string, { mediaType, bytes }: IncomingPicture, signal: AbortSignal) {
    const target = {
      ...objectOfPicture(name),
      ContentType: mediaType,
      ContentDisposition: contentDisposition(
        'inline',
        fileNameOfId(parsePictureName(name), mediaType),
      ),
    };
    await uploadToS3(untilAborted(bytes, signal), { client, target, partSizeBytes, signal, log });
  }

  async function adopt(name: string, { mediaType, path }: LocalPicture, signal: AbortSignal) {
    await put(name, { mediaType, bytes: passing(createReadStream(path)) }, signal);
    await rm(path, { force: true });
  }

  async function address(name: string, { expiresAt, fileName = null }: AddressOptions) {
    // S3 counts from the whole second in which the address was signed.
    const signedAtSeconds = Math.floor(now() / 1000);
    const object = {
      ...objectOfPicture(name),
      ...(fileName !== null && {
        ResponseContentDisposition: contentDisposition('inline', fileName),
      }),
    };
    return getSignedUrl(signer, new GetObjectCommand(object), {
      signingDate: new Date(signedAtSeconds * 1000),
      expiresIn: Math.ceil(expiresAt.getTime() / 1000) - signedAtSeconds,
    });
  }

  async function read(name: string, range: string | undefined, signal: AbortSignal) {
    const command = new GetObjectCommand({ ...objectOfPicture(name), Range: range });
    return readObject(client, command, signal);
  }

  async function remove(name: string): Promise<void> {
    await client.send(new DeleteObjectCommand(objectOfPicture(name)));
  }

  /**
   * Requests only what storing a picture needs: a key that may only write need not be able to list.
   */
  async function check(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // No picture can have this name.
    const probe = await beginMultipart(client, objectOf('.check'));
    await probe.abandon();
  }

  async function close(): Promise<void> {
    client.destroy();
    signer.destroy();
  }

  return { put, adopt, address, read, remove, check, close };
}

function createClient(options: S3ArchiveOptions): S3Client {
  const { region, endpoint, credentials, idleTimeoutMs = 30_000, lookup } = options;
  const agent = lookup === undefined ? {} : { lookup };
  const client = new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: options.pathStyle ?? endpoint !== undefined,
    credentials: async () => ({
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey.reveal(),
      ...(credentials.sessionToken && { sessionToken: credentials.sessionToken.reveal() }),
    }),
    requestHandler: {
      connectionTimeout: 5000,
      socketTimeout: idleTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
    // Many compatible services do not support the newer checksums. The signature already covers the
    // bytes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  refuseUnexpectedAnswers(client);
  return client;
}
