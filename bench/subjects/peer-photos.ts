import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { account, createToken } from '../provider/token.ts';

export interface PeerPhoto {
  readonly id: string;
  readonly status: 'PROCESSING' | 'READY';
}

const BOUNDARY = 'peer-boundary-of-a-multipart-form';
const POLL_INTERVAL_MS = 1000;

const uploaded = z.object({ data: z.object({ mdf: z.string() }) });
const polled = z.object({ data: z.object({ status: z.number() }) });

const dispatcher = new Agent({ connections: 256 });
const providerUrl = process.env['PHOTO_API_URL'];

async function call(path: string, type: string, body: string | Readable): Promise<unknown> {
  const answer = await request(`${providerUrl}/api/third/photo/${path}`, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': type, token: createToken() },
    body,
  });
  return answer.body.json();
}

/** Streams a picture to the provider, without a copy of the whole. */
export async function upload(file: AsyncIterable<Uint8Array>): Promise<PeerPhoto> {
  const field = (name: string, value: string) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  async function* form() {
    yield Buffer.from(
      `${field('third_code', account.thirdCode)}${field('repair_type', 'sr,repair')}` +
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n` +
        'Content-Type: image/jpeg\r\n\r\n',
    );
    yield* file;
    yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
  }
  const body = Readable.from(form(), { objectMode: false });
  const answer = await call('upload', `multipart/form-data; boundary=${BOUNDARY}`, body);
  return { id: uploaded.parse(answer).data.mdf, status: 'PROCESSING' };
}

/** Asks the provider, each time. */
export async function photoStatus(id: string): Promise<PeerPhoto> {
  const body = `third_code=${account.thirdCode}&mdf=${encodeURIComponent(id)}`;
  const answer = await call('status', 'application/x-www-form-urlencoded', body);
  return { id, status: polled.parse(answer).data.status === 200 ? 'READY' : 'PROCESSING' };
}

/** Asks each second until the photo is ready, for each subscriber anew. */
export async function* photoReady(id: string) {
  for (;;) {
    const photo = await photoStatus(id);
    if (photo.status === 'READY') {
      yield { photoReady: photo };
      return;
    }
    await delay(POLL_INTERVAL_MS);
  }
}

/** Has no event until its reader leaves. */
export function idle(): AsyncIterableIterator<{ readonly idle: PeerPhoto }> {
  const left = Promise.withResolvers<IteratorResult<{ readonly idle: PeerPhoto }>>();
  return {
    next: () => left.promise,
    return() {
      left.resolve({ done: true, value: undefined });
      return left.promise;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
