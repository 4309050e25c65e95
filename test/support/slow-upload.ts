import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { print } from 'graphql';
import { Agent, request } from 'undici';
import { UploadPhotoDocument, type UploadPhotoMutation } from '../../schema/typed/graphql.ts';
import type { Result } from './graphql-client.ts';

export interface SlowUpload {
  /** Sends a piece of the file, as soon as the connection accepts it. */
  write(bytes: Uint8Array): void;
  /** Bytes that the connection has not accepted yet. */
  readonly unsentBytes: number;
  /** Sends the end of the form. */
  end(): void;
  /** Breaks the connection, as a closed laptop does. */
  abort(): void;
  readonly result: Promise<Result<UploadPhotoMutation>>;
}

/** The first bytes of a JPEG. */
export const jpegStart = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.alloc(5000)]);

/**
 * An upload whose file is sent piece by piece, as the test says, without a length in advance.
 * `variables` are added to the file and the repair type.
 */
export function startSlowUpload(
  { endpoint }: { readonly endpoint: string },
  variables: Readonly<Record<string, unknown>> = {},
): SlowUpload {
  const boundary = `test-${randomUUID()}`;
  const operations = JSON.stringify({
    query: print(UploadPhotoDocument),
    variables: { file: null, repairType: 'REPAIR', ...variables },
  });
  const part = (name: string, rest = '') =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`;
  const body = new PassThrough({ highWaterMark: 0 });
  // It breaks if the server has stopped reading. The response says why.
  body.on('error', () => undefined);
  const abort = new AbortController();
  const write = (bytes: Uint8Array) => void body.write(bytes);

  async function send(): Promise<Result<UploadPhotoMutation>> {
    const dispatcher = new Agent();
    try {
      const response = await request(endpoint, {
        method: 'POST',
        dispatcher,
        signal: abort.signal,
        headers: {
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'graphql-preflight': '1',
        },
        body,
      });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of the gateway under test
      return (await response.body.json()) as Result<UploadPhotoMutation>;
    } finally {
      await dispatcher.destroy();
    }
  }

  const result = send();
  result.catch(() => undefined);
  write(Buffer.from(`${part('operations')}${operations}\r\n`));
  write(Buffer.from(`${part('map')}{"0":["variables.file"]}\r\n`));
  write(Buffer.from(part('0', '; filename="photo.jpg"\r\nContent-Type: image/jpeg')));
  return {
    write,
    end() {
      body.end(`\r\n--${boundary}--\r\n`);
    },
    get unsentBytes() {
      return body.writableLength;
    },
    abort: () => abort.abort(),
    result,
  };
}
