import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import busboy from 'busboy';
import { listen } from './listen.ts';

/** One call, as the provider received it. */
export interface StubCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly fields: Readonly<Record<string, string>>;
  readonly file: StubFile | null;
  /** Names of all parts, in the order of the body. */
  readonly parts: readonly string[];
}

export interface StubFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface StubAnswer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent unchanged if it is a text, else as JSON. */
  readonly body: unknown;
}

/** A provider whose responses the test decides. */
export interface ProviderStub extends AsyncDisposable {
  readonly url: string;
  /** Calls so far whose body has arrived completely. */
  readonly calls: readonly StubCall[];
}

/** Starts it on loopback. `answer` runs once per call, when the call has arrived completely. */
export async function startProviderStub(
  answer: (call: StubCall, index: number) => StubAnswer | Promise<StubAnswer>,
): Promise<ProviderStub> {
  const calls: StubCall[] = [];
  async function handle(request: IncomingMessage, response: ServerResponse) {
    const call = await readCall(request);
    const { statusCode = 200, headers = {}, body } = await answer(call, calls.push(call) - 1);
    response.writeHead(statusCode, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  return { ...(await listen(server)), calls };
}

async function readCall(request: IncomingMessage): Promise<StubCall> {
  const fields: Record<string, string> = {};
  const parts: string[] = [];
  let file: StubFile | null = null;
  const parser = busboy({ headers: request.headers, defParamCharset: 'utf8', preservePath: true });
  parser.on('field', (name, value) => {
    parts.push(name);
    fields[name] = value;
  });
  parser.on('file', (name, stream, info) => {
    parts.push(name);
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      file = {
        fileName: info.filename ?? '',
        mediaType: info.mimeType,
        bytes: Buffer.concat(chunks),
      };
    });
  });
  const parsed = once(parser, 'close');
  request.pipe(parser);
  await Promise.race([parsed, rejectOnAbort(request)]);
  return { path: request.url ?? '', headers: request.headers, fields, file, parts };
}

/** A call that breaks off never becomes one of `calls`. */
async function rejectOnAbort(request: IncomingMessage): Promise<never> {
  const aborted = Promise.withResolvers<never>();
  request.once('error', aborted.reject);
  return aborted.promise;
}

/** The provider's responses, as its document writes them. */
export const answers = {
  uploaded: (id = '40b37f58db153e5149f008421797714e'): StubAnswer => ({
    body: { code: 200, data: { img_url: 'https://photo.example/static/img/in.jpg', mdf: id } },
  }),
  status: (status: unknown): StubAnswer => ({ body: { code: 200, data: { msg: '', status } } }),
  resultUrl: (url = 'https://photo.example/static/out.jpg'): StubAnswer => ({
    body: { code: 200, data: { url } },
  }),
  quota: (nums: unknown): StubAnswer => ({ body: { code: 200, data: { code: 'hiliad', nums } } }),
  failure: (errno: unknown, msg: unknown = 'words'): StubAnswer => ({
    body: { code: 9000, errno, msg },
  }),
} as const;
