import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { bounded } from '../../common/bounded.ts';
import { noAnswerInTime } from '../../provider/transport-error.ts';
import { pictureType, SIGNATURE_BYTES } from '../picture/picture-type.ts';
import { readHead, resume } from '../picture/read-head.ts';
import type { ArchivedPicture } from '../store/store.ts';
import { measure, type Content } from './measure.ts';
import type { IncomingPicture } from './archive.ts';
import { createResultClient } from './result-client.ts';
import { describeErrors, describingErrors, invalidPicture } from './result-errors.ts';
import type { ResultHosts } from './result-hosts.ts';

/** Facts about a fetched picture, known once it has arrived completely. */
export type FetchedPicture = Pick<ArchivedPicture, 'mediaType' | 'sizeBytes' | 'sha256'>;

/** Receives a picture while it is fetched. Reads `bytes` to their end, or aborts. */
export type SavePicture = (picture: IncomingPicture, signal: AbortSignal) => Promise<void>;

/**
 * Fetches the finished picture at `url` and streams it to `save`. Calls `save` once the first bytes
 * prove to be an image. Its `bytes` throw if the rest is incomplete, too late or too large.
 * @throws `UPSTREAM_INVALID_RESPONSE`, `UPSTREAM_UNAVAILABLE`, `UPSTREAM_TIMEOUT`; what `save`
 * throws; the reason of `signal`.
 */
export type FetchResult = (
  url: string,
  signal: AbortSignal,
  save: SavePicture,
) => Promise<FetchedPicture>;

export interface ResultFetcher {
  readonly fetchResult: FetchResult;
  /** Closes all connections, which ends every fetch. */
  close(): Promise<void>;
}

export interface ResultFetcherOptions {
  readonly hosts: ResultHosts;
  /** Largest accepted picture; exactly this size passes. @default 200 MiB */
  readonly maxPictureBytes?: number;
  /** @default 5000 */
  readonly connectTimeoutMs?: number;
  /** Longest wait for the response headers, in milliseconds. @default 15000 */
  readonly headersTimeoutMs?: number;
  /** Longest wait for the next bytes, in milliseconds. @default 15000 */
  readonly idleTimeoutMs?: number;
  /**
   * Longest time for one picture in all, with redirects, until it is stored, in milliseconds.
   * @default 300000
   */
  readonly timeoutMs?: number;
  /** Resolves host names. @default the system's resolver */
  readonly lookup?: LookupFunction;
}

const MIB = 1024 * 1024;

export function createResultFetcher(options: ResultFetcherOptions): ResultFetcher {
  const { maxPictureBytes = 200 * MIB, timeoutMs = 300_000 } = options;
  const client = createResultClient({
    ...options,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    headersTimeoutMs: options.headersTimeoutMs ?? 15_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 15_000,
    maxBodyBytes: maxPictureBytes,
  });

  async function receive(
    response: Dispatcher.ResponseData,
    signal: AbortSignal,
    save: SavePicture,
  ): Promise<FetchedPicture> {
    const { body } = response;
    // Destroying the body early makes it emit an error, which would be unhandled without this
    // listener.
    body.on('error', () => undefined);
    try {
      checkHead(response, maxPictureBytes);
      const { mediaType, bytes } = await openPicture(body);
      let content: Content | undefined;
      const measured = measure(bytes, async (measurement) => {
        content = measurement;
      });
      await save({ mediaType, bytes: measured }, signal);
      if (content === undefined) throw new Error('A picture was saved before its end was read');
      return { mediaType, sizeBytes: content.sizeBytes, sha256: content.hash };
    } finally {
      body.destroy();
    }
  }

  async function fetchResult(url: string, signal: AbortSignal, save: SavePicture) {
    const bounds = { signals: [signal], timeoutMs, timeoutError: noAnswerInTime };
    return bounded(bounds, async (inner) => {
      const response = await describeErrors(client.get(url, inner));
      return receive(response, inner, save);
    });
  }

  return { fetchResult, close: () => client.close() };
}

function checkHead({ statusCode, headers }: Dispatcher.ResponseData, maxPictureBytes: number) {
  if (statusCode !== 200)
    throw invalidPicture(
      `The provider answers the request for the picture with HTTP ${statusCode}.`,
    );
  if (Number(headers['content-length'] ?? 0) > maxPictureBytes) {
    throw invalidPicture(`The provider's picture is larger than ${maxPictureBytes} bytes.`);
  }
}

/** Reads only the first bytes of `body` until `bytes` is iterated. */
async function openPicture(body: AsyncIterable<Uint8Array>): Promise<IncomingPicture> {
  const source = describingErrors(body);
  const head = await readHead(source, SIGNATURE_BYTES);
  const mediaType = await pictureType(head);
  if (mediaType === undefined)
    throw invalidPicture('What the provider serves as a picture is not a picture.');
  return { mediaType, bytes: resume(head, source) };
}
