import {
  request,
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { json } from 'node:stream/consumers';

export const BOUNDARY = 'a-boundary-of-the-tests';

/** One part of a form as its header lines and its content. */
export interface Part {
  readonly headers: readonly string[];
  readonly content: string | Buffer;
}

export function field(name: string, content: unknown): Part {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return { headers: [`Content-Disposition: form-data; name="${name}"`], content: text };
}

export function file(name: string, content: string | Buffer = 'the bytes of a file'): Part {
  return {
    headers: [
      `Content-Disposition: form-data; name="${name}"; filename="photo.jpg"`,
      'Content-Type: image/jpeg',
    ],
    content,
  };
}

/** The beginning of a form: `parts`, without the end. */
export function openForm(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.flatMap(({ headers, content }, index) => [
      Buffer.from(`${index === 0 ? '' : '\r\n'}--${BOUNDARY}\r\n${headers.join('\r\n')}\r\n\r\n`),
      Buffer.from(content),
    ]),
  );
}

/** The closing delimiter after the last part. */
export const FORM_END = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

export function wholeForm(parts: readonly Part[]): Buffer {
  return Buffer.concat([openForm(parts), FORM_END]);
}

/** The fields of a form whose only file goes to the variable `file` of the mutation `mutation`. */
export function fieldsFor(mutation: string, type = 'Upload!'): readonly Part[] {
  return [
    field('operations', {
      query: `mutation ($file: ${type}) { ${mutation}(file: $file) }`,
      variables: { file: null },
    }),
    field('map', { 0: ['variables.file'] }),
  ];
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly data?: Readonly<Record<string, unknown>> | null;
    readonly errors?: readonly {
      readonly message: string;
      readonly extensions?: Readonly<Record<string, unknown>>;
    }[];
  };
}

export interface Sending {
  /** Node's own request. The test still writes and ends it. */
  readonly request: ClientRequest;
  /** Resolves as soon as the response has arrived, whether or not the request has ended. */
  readonly answer: Promise<Answer>;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** @default a connection of its own */
  readonly agent?: Agent;
}

export const FORM_HEADERS = {
  'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
  'graphql-preflight': '1',
} as const;

/** Starts to POST a form. It is chunked, unless `headers` give a length. */
export function startForm(endpoint: string, { headers = {}, agent }: SendOptions = {}): Sending {
  const sending = request(endpoint, {
    method: 'POST',
    agent: agent ?? false,
    headers: {
      ...FORM_HEADERS,
      ...('content-length' in headers ? {} : { 'transfer-encoding': 'chunked' }),
      ...headers,
    },
  });
  const answer = Promise.withResolvers<Answer>();
  answer.promise.catch(() => undefined);
  // Some tests break off their request, and some get their response before a reset.
  sending.on('error', answer.reject);
  sending.once('response', (response) => {
    readAnswer(response).then(answer.resolve, answer.reject);
  });
  return { request: sending, answer: answer.promise };
}

/** POSTs `body` as a form, and resolves with the response. */
export function sendForm(
  endpoint: string,
  body: Buffer,
  options: SendOptions = {},
): Promise<Answer> {
  const { request: sending, answer } = startForm(endpoint, options);
  sending.end(body);
  return answer;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const body: unknown = await json(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tests check what they use
    body: body as Answer['body'],
  };
}

/** A refusal, as a matcher. `code` and `retryable` are those of the contract. */
export function refusal(status: number, code: string, retryable = false) {
  return {
    status,
    body: { errors: [{ extensions: { code, retryable } }] },
  };
}
