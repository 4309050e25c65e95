import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { accountAt, listen } from './listen.ts';

export interface Call {
  /** The last part of the path: `upload`, `status`, `download` or `nums`. */
  readonly endpoint: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** What goes over the wire: an HTTP answer, a broken connection, or nothing ever. */
export type Answer =
  | { readonly httpStatus?: number; readonly body: unknown }
  | { readonly httpStatus?: number; readonly text: string }
  | 'reset'
  | 'hang';

export interface ScriptedProvider extends AsyncDisposable {
  /** The settings that put a gateway in front of it. */
  readonly env: Readonly<Record<string, string>>;
  /** Every call so far, in the order of arrival. */
  readonly calls: readonly Call[];
  /** The greatest number of calls to `endpoint` that were unanswered at one time. */
  mostAtOnce(endpoint: string): number;
}

export const answers = {
  uploaded: (id: string): Answer => ({
    body: { code: 200, data: { img_url: `http://127.0.0.1/${id}_out.jpg`, mdf: id } },
  }),
  processing: { body: { code: 200, data: { msg: '圖片處理中', status: 100 } } },
  ready: { body: { code: 200, data: { msg: '圖片處理完成', status: 200 } } },
  download: (id: string): Answer => ({
    body: { code: 200, data: { url: `http://127.0.0.1/${id}.jpg` } },
  }),
  nums: (nums: unknown): Answer => ({ body: { code: 200, data: { code: 'test', nums } } }),
  failure: (errno: number): Answer => ({ body: { code: 9000, errno, msg: 'failed' } }),
} as const satisfies Record<string, Answer | ((...parts: never[]) => Answer)>;

/** A provider on loopback whose every answer the test decides, by what was asked and how often before. */
export async function startScriptedProvider(
  answer: (call: Call, earlierCallsOfEndpoint: number) => Answer | Promise<Answer>,
): Promise<ScriptedProvider> {
  const calls: Call[] = [];
  const atOnce = new Map<string, number>();
  const mostAtOnce = new Map<string, number>();

  function count(endpoint: string, change: 1 | -1) {
    const now = (atOnce.get(endpoint) ?? 0) + change;
    atOnce.set(endpoint, now);
    mostAtOnce.set(endpoint, Math.max(mostAtOnce.get(endpoint) ?? 0, now));
  }

  async function respond(req: IncomingMessage, res: ServerResponse) {
    const call = await readCall(req);
    const earlier = calls.filter(({ endpoint }) => endpoint === call.endpoint).length;
    calls.push(call);
    count(call.endpoint, 1);
    const reply = await answer(call, earlier);
    count(call.endpoint, -1);
    if (reply === 'reset') req.socket.destroy();
    if (typeof reply === 'string') return;
    res.writeHead(reply.httpStatus ?? 200, { 'content-type': 'application/json' });
    res.end('text' in reply ? reply.text : JSON.stringify(reply.body));
  }

  const server = createServer((req, res) => {
    respond(req, res).catch(() => req.socket.destroy());
  });
  const listening = await listen(server);
  return {
    ...listening,
    env: accountAt(listening.url),
    calls,
    mostAtOnce: (endpoint) => mostAtOnce.get(endpoint) ?? 0,
  };
}

async function readCall(req: IncomingMessage): Promise<Call> {
  const headers = { 'content-type': req.headers['content-type'] ?? '' };
  const body = new Response(await buffer(req), { headers });
  const fields = new Map<string, string>();
  for (const [name, value] of await body.formData()) {
    fields.set(name, typeof value === 'string' ? value : `${value.size} bytes`);
  }
  return { endpoint: req.url?.split('/').at(-1) ?? '', fields };
}
