import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { listen } from './listen.ts';

export interface S3Call {
  readonly method: string;
  readonly query: URLSearchParams;
}

/**
 * The result of a call: passed on, refused with HTTP 500, never answered, or answered by something
 * that is not S3.
 */
export type Fault = 'pass' | 'refuse' | 'hang' | UnexpectedAnswer;

export interface UnexpectedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface FaultyS3 extends AsyncDisposable {
  readonly endpoint: string;
  /** The calls so far. */
  readonly calls: readonly S3Call[];
}

/** A proxy for the S3 server at `endpoint` that treats each call as `faultOf` says. */
export async function startFaultyS3(
  endpoint: string,
  faultOf: (call: S3Call) => Fault,
): Promise<FaultyS3> {
  const calls: S3Call[] = [];

  async function pass(req: IncomingMessage, res: ServerResponse) {
    const { method, headers } = req;
    const onward = request(new URL(req.url ?? '', endpoint), { method, headers });
    const answered = Promise.withResolvers<IncomingMessage>();
    onward.on('response', answered.resolve).on('error', answered.reject);
    await pipeline(req, onward);
    const answer = await answered.promise;
    res.writeHead(answer.statusCode ?? 500, answer.headers);
    await pipeline(answer, res);
  }

  const server = createServer((req, res) => {
    const { searchParams: query } = new URL(req.url ?? '', endpoint);
    const call = { method: req.method ?? '', query };
    calls.push(call);
    const fault = faultOf(call);
    if (fault === 'pass') return void pass(req, res).catch(() => res.destroy());
    if (typeof fault === 'object') {
      const { status, headers, body } = fault;
      req.resume().on('end', () => res.writeHead(status, headers).end(body));
    }
    if (fault === 'refuse') req.resume().on('end', () => res.writeHead(500).end());
    return undefined;
  });
  const { url, [Symbol.asyncDispose]: dispose } = await listen(server);
  return { endpoint: url, calls, [Symbol.asyncDispose]: dispose };
}
