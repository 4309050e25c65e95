import type { LookupFunction } from 'node:net';
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Log } from '../../common/log.ts';
import type { Secret } from '../../common/secret.ts';
import type { Archive, IncomingPicture } from './archive.ts';
import { contentDisposition } from './file-name.ts';
import { parsePictureName } from './picture-name.ts';
import { refuseStrangeAnswers } from './s3-answers.ts';
import { beginMultipart } from './s3-multipart.ts';
import { uploadToS3 } from './s3-upload.ts';
import { untilAborted } from './until-aborted.ts';

export interface S3ArchiveOptions {
  readonly bucket: string;
  /** Before every key, without slashes at its ends; empty for none. */
  readonly prefix: string;
  readonly region: string;
  /** The address of a service other than Amazon's. @default Amazon's for the region */
  readonly endpoint?: string | undefined;
  /** Whether the bucket goes into the path rather than the host name. @default where `endpoint` is given */
  readonly pathStyle?: boolean | undefined;
  /** What the addresses of pictures begin with, where clients cannot reach `endpoint`. @default `endpoint` */
  readonly publicEndpoint?: string | undefined;
  readonly credentials: S3Credentials;
  /** A larger picture goes in parts of this size; at least 5 MiB. @default 8 MiB */
  readonly partSizeBytes?: number;
  /** Longest time for which a request may neither send nor receive a byte. @default 30000 */
  readonly idleTimeoutMs?: number;
  /** How host names are resolved. @default as the system does */
  readonly lookup?: LookupFunction;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Told of parts that could not be deleted. */
  readonly log: Pick<Log, 'warn'>;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Of temporary credentials. */
  readonly sessionToken?: Secret | undefined;
}

const MIB = 1024 * 1024;

/** An archive in a bucket of S3, or of a service that speaks as S3 does, whose addresses S3 itself answers. */
export function createS3Archive(options: S3ArchiveOptions): Archive {
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
      ContentDisposition: contentDisposition('inline', parsePictureName(name).id, mediaType),
    };
    await uploadToS3(untilAborted(bytes, signal), { client, target, partSizeBytes, signal, log });
  }

  async function address(name: string, { expiresAt }: { readonly expiresAt: Date }) {
    // S3 counts from the whole second in which the address was signed.
    const signedAtSeconds = Math.floor(now() / 1000);
    return getSignedUrl(signer, new GetObjectCommand(objectOfPicture(name)), {
      signingDate: new Date(signedAtSeconds * 1000),
      expiresIn: Math.ceil(expiresAt.getTime() / 1000) - signedAtSeconds,
    });
  }

  async function remove(name: string): Promise<void> {
    await client.send(new DeleteObjectCommand(objectOfPicture(name)));
  }

  /** Asks for what a picture needs, and for no more: a key that may only write need not be able to list. */
  async function check(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // No picture has this name, which is none.
    const probe = await beginMultipart(client, objectOf('.check'));
    await probe.abandon();
  }

  async function close(): Promise<void> {
    client.destroy();
    signer.destroy();
  }

  return { put, address, remove, check, close };
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
    // Newer checksums than many a service that speaks as S3 does knows; the signature covers the bytes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  refuseStrangeAnswers(client);
  return client;
}
