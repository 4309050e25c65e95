import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { request } from 'undici';
import { startSimulator } from '../../packages/simulator/simulator.ts';
import { listen } from './listen.ts';

/** The failure of a call. A careless provider may reveal the call's token in it. */
export type Fault = (token: string, res: ServerResponse) => void;

export interface InterceptedProvider extends AsyncDisposable {
  /** The settings that put a gateway in front of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly secretKey: string;
  /** The tokens of all calls so far. */
  readonly tokens: readonly string[];
  /** Replaces every response; null for none. */
  fault: Fault | null;
}

/** The simulator behind a proxy that sees the tokens of calls and can spoil the responses. */
export async function startInterceptedProvider(): Promise<InterceptedProvider> {
  const secretKey = 'a-secret-key-that-nobody-may-see';
  const simulator = await startSimulator({ processingTimeMs: 100, secretKey });
  const tokens: string[] = [];

  async function handle(req: IncomingMessage, res: ServerResponse) {
    const token = String(req.headers['token'] ?? '');
    tokens.push(token);
    if (intercepted.fault !== null) {
      req.resume();
      return intercepted.fault(token, res);
    }
    const { method = 'POST', url = '', headers } = req;
    const { connection: _connection, 'transfer-encoding': _coding, ...passed } = headers;
    const answer = await request(`${simulator.url}${url}`, {
      method: method === 'GET' ? 'GET' : 'POST',
      headers: passed,
      body: method === 'GET' ? null : req,
    });
    res.writeHead(answer.statusCode, answer.headers);
    return pipeline(answer.body, res);
  }

  const listening = await listen(
    createServer((req, res) => {
      handle(req, res).catch(() => res.destroy());
    }),
  );
  const intercepted: InterceptedProvider = {
    env: {
      PHOTO_API_URL: listening.url,
      PHOTO_THIRD_CODE: simulator.thirdCode,
      PHOTO_SECRET_KEY: secretKey,
      PHOTO_RESULT_HOSTS: '127.0.0.1',
    },
    secretKey,
    tokens,
    fault: null,
    async [Symbol.asyncDispose]() {
      await listening[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
  return intercepted;
}

/** Every way in which a provider fails, with the token in its response if it has one. */
export const faults: Readonly<Record<string, Fault>> = {
  'a broken connection': (_token, res) => res.destroy(),
  silence: () => undefined,
  'a page': (token, res) => res.end(`<html>${token}</html>`),
  'HTTP 502': (token, res) => res.writeHead(502, token.slice(0, 8)).end(token),
  'another shape': (token, res) => res.end(JSON.stringify({ code: 200, data: { token } })),
  'half an answer': (token, res) => {
    res.writeHead(200, { 'content-length': '1000' });
    res.write(token, () => res.destroy());
  },
  'no HTTP': (token, res) => res.socket?.end(`no HTTP ${token}\r\n\r\n`),
  'an errno with its token': (token, res) =>
    res.end(JSON.stringify({ code: 9000, errno: 9999, msg: `wrong token ${token}` })),
  'an unknown errno': (token, res) =>
    res.end(JSON.stringify({ code: 9000, errno: 1, msg: token.toUpperCase() })),
  'a head too long': (token, res) => res.writeHead(200, { 'x-token': token.repeat(2000) }).end(),
};
