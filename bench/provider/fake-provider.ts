import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createFieldReader } from './form-field.ts';
import { createPhotoBook, type PhotoBook } from './photo-book.ts';
import { account, isToken } from './token.ts';

export interface ProviderCalls {
  uploads: number;
  status: number;
  download: number;
  quota: number;
  /** Bytes of the bodies of all uploads. */
  uploadedBytes: number;
}

export interface FakeProvider extends Disposable {
  readonly url: string;
  readonly calls: Readonly<ProviderCalls>;
  readonly book: PhotoBook;
}

export interface FakeProviderOptions {
  /** At most this many bytes a second of each upload are taken, as over a busy line. @default no limit */
  readonly bytesPerSecond?: number;
}

const UPLOADS_BOUGHT = 10_000_000;
const readId = createFieldReader('mdf');

const success = (data: object) => JSON.stringify({ code: 200, data });
const failure = (errno: number) => JSON.stringify({ code: 9000, errno, msg: 'failed' });

/** The picture of every photo: what begins as a JPEG does. */
const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(20_000)]);

/**
 * Starts a provider on loopback that speaks docs/provider-api.md, keeps no picture and answers at
 * once. It counts the calls, and knows when each photo gets ready.
 */
export async function startFakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  const { bytesPerSecond = Infinity } = options;
  const calls = { uploads: 0, status: 0, download: 0, quota: 0, uploadedBytes: 0 };
  const book = createPhotoBook();
  let url = '';

  function answer(path: string, body: string): string {
    if (path === '/api/third/company/nums') {
      calls.quota += 1;
      return success({ code: account.thirdCode, nums: UPLOADS_BOUGHT - calls.uploads });
    }
    const id = readId(body) ?? '';
    if (path === '/api/third/photo/status') {
      calls.status += 1;
      const polled = book.poll(id);
      if (polled === null) return failure(9002);
      return success({ msg: 'polled', status: polled.ready ? 200 : 100 });
    }
    calls.download += 1;
    return book.photos.has(id) ? success({ url: `${url}/result/${id}.jpg` }) : failure(9002);
  }

  function upload(): string {
    calls.uploads += 1;
    const { id } = book.add();
    return success({ img_url: `${url}/original/${id}.jpg`, mdf: id });
  }

  function onRequest(req: IncomingMessage, res: ServerResponse) {
    const send = (text: string) => {
      const headers = { 'content-type': 'application/json', 'content-length': text.length };
      res.writeHead(200, headers).end(text);
    };
    if (req.method === 'GET')
      return res.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture);
    const [token] = [req.headers['token']].flat();
    if (!isToken(token)) return res.end(failure(9999));
    const path = req.url ?? '';
    if (path.endsWith('/upload')) {
      takeUpload(req, (bytes) => {
        calls.uploadedBytes += bytes;
        send(upload());
      });
      return undefined;
    }
    let body = '';
    req.setEncoding('latin1').on('data', (text: string) => (body += text));
    req.on('end', () => send(answer(path, body)));
    return undefined;
  }

  /** Reads an upload to its end, as slowly as asked for. */
  function takeUpload(req: IncomingMessage, onEnd: (bytes: number) => void) {
    const startedAt = performance.now();
    let received = 0;
    req.on('data', (chunk: Buffer) => {
      received += chunk.length;
      const earlyMs = (received / bytesPerSecond) * 1000 - (performance.now() - startedAt);
      if (earlyMs < 5) return;
      req.pause();
      setTimeout(() => req.resume(), earlyMs);
    });
    req.on('end', () => onEnd(received));
  }

  // The gateway's connections stay, so that it never meets one that is about to close.
  const server = createServer(
    { keepAliveTimeout: 600_000 },
    (req, res) => void onRequest(req, res),
  );
  server.listen(0, '127.0.0.1', 4096);
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address?.port}`;
  return {
    url,
    calls,
    book,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
