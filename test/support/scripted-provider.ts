import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { accountAt, listen } from './listen.ts';

export interface Call {
  /** The last part of the path: `upload`, `status`, `download` or `nums`. */
  readonly endpoint: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** The response on the wire: an HTTP response, a broken connection, or nothing at all. */
export type Answer =
  | { readonly httpStatus?: number; readonly body: unknown }
  | { readonly httpStatus?: number; readonly text: string }
  | 'reset'
  | 'hang';

export interface ScriptedProvider extends AsyncDisposable {
  /** The settings that put a gateway in front of it. */
  readonly env: Readonly<Record<string, string>>;
  /** All calls so far except those for the quota, in the order of arrival. */
  readonly calls: readonly Call[];
  /** The uploads among them. */
  readonly uploads: readonly Call[];
  /** The greatest number of concurrent calls to `endpoint`. */
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

/**
 * A provider on loopback whose responses the test decides, by the call and the number of such calls
 * before. `quota` responds to the gateway's quota request beside each upload.
 */
export async function startScriptedProvider(
  answer: (call: Call, earlierCallsOfEndpoint: number) => Answer | Promise<Answer>,
  quota: () => Answer | Promise<Answer> = () => answers.nums(100),
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
    if (call.endpoint === 'nums') return reply(await quota(), req, res);
    const earlier = calls.filter(({ endpoint }) => endpoint === call.endpoint).length;
    calls.push(call);
    count(call.endpoint, 1);
    const given = await answer(call, earlier);
    count(call.endpoint, -1);
    return reply(given, req, res);
  }

  const server = createServer((req, res) => {
    respond(req, res).catch(() => req.socket.destroy());
  });
  const listening = await listen(server);
  return {
    ...listening,
    env: accountAt(listening.url),
    calls,
    get uploads() {
      return calls.filter(({ endpoint }) => endpoint === 'upload');
    },
    mostAtOnce: (endpoint) => mostAtOnce.get(endpoint) ?? 0,
  };
}

function reply(answer: Answer, req: IncomingMessage, res: ServerResponse): void {
  if (answer === 'reset') req.socket.destroy();
  if (typeof answer === 'string') return;
  res.writeHead(answer.httpStatus ?? 200, { 'content-type': 'application/json' });
  res.end('text' in answer ? answer.text : JSON.stringify(answer.body));
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
