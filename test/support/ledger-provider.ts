import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { accountAt, listen } from './listen.ts';
import { readPicture } from './simulator-client.ts';

/** One poll of a photo, or one download of its picture. */
export interface LoggedCall {
  readonly atMs: number;
  /** The gateway that made it, as `envOf` named it; empty for others. */
  readonly gateway: string;
}

export interface LedgerProvider extends AsyncDisposable {
  /** The settings that put a gateway in front of it. */
  readonly env: Readonly<Record<string, string>>;
  /** The same for a gateway whose calls are logged under this name. */
  envOf(gateway: string): Readonly<Record<string, string>>;
  /** How often an upload of a file of this many bytes was charged. */
  charges(sizeBytes: number): number;
  /** All charges. */
  readonly charged: number;
  /** The polls of each photo. */
  readonly polls: ReadonlyMap<string, readonly LoggedCall[]>;
  /** The downloads of each picture. */
  readonly downloads: ReadonlyMap<string, readonly LoggedCall[]>;
}

export interface LedgerProviderOptions {
  /** The processing time of the next photo. @default 30 */
  readonly processingMs?: () => number;
}

const PAID_UPLOADS = 1000;

/**
 * A provider on loopback that records its charges: each complete upload, by the size of its file.
 * It returns a real picture.
 */
export async function startLedgerProvider({
  processingMs = () => 30,
}: LedgerProviderOptions = {}): Promise<LedgerProvider> {
  const picture = await readPicture('landscape-small.jpg');
  const charged: number[] = [];
  const readyAtMs = new Map<string, number>();
  const polls = new Map<string, LoggedCall[]>();
  const downloads = new Map<string, LoggedCall[]>();
  let url = '';

  function note(log: Map<string, LoggedCall[]>, id: string, gateway: string) {
    const calls = log.get(id) ?? [];
    calls.push({ atMs: performance.now(), gateway });
    log.set(id, calls);
  }

  async function answer(req: IncomingMessage): Promise<object> {
    const headers = { 'content-type': req.headers['content-type'] ?? '' };
    const form = await new Response(await buffer(req), { headers }).formData();
    const field = form.get('mdf');
    const id = typeof field === 'string' ? field : '';
    const { url: path = '' } = req;
    const gateway = gatewayOf(path);
    switch (path.split('/').at(-1) ?? '') {
      case 'upload':
        return upload(form.get('file'));
      case 'status':
        note(polls, id, gateway);
        return { status: performance.now() > (readyAtMs.get(id) ?? 0) ? 200 : 100 };
      case 'download':
        return { url: `${url}/of/${gateway}/result/${id}.jpg` };
      default:
        return { code: 'test', nums: PAID_UPLOADS - charged.length };
    }
  }

  function upload(file: FormDataEntryValue | null) {
    if (file === null || typeof file === 'string')
      throw new Error('An upload came without its file');
    charged.push(file.size);
    const id = `photo-${charged.length}`;
    readyAtMs.set(id, performance.now() + processingMs());
    return { img_url: `${url}/original/${id}.jpg`, mdf: id };
  }

  function handle(req: IncomingMessage, res: ServerResponse): void {
    if (req.method === 'GET') {
      const { url: path = '' } = req;
      note(downloads, /result\/(.*)\.jpg$/.exec(path)?.[1] ?? '', gatewayOf(path));
      return void res.end(picture);
    }
    return void answer(req).then(
      (data) => res.end(JSON.stringify({ code: 200, data })),
      // The gateway was killed while it sent.
      () => res.destroy(),
    );
  }

  const listening = await listen(createServer(handle));
  url = listening.url;
  return {
    ...listening,
    env: accountAt(url),
    envOf: (gateway) => accountAt(`${url}/of/${gateway}`),
    charges: (sizeBytes) => charged.filter((size) => size === sizeBytes).length,
    get charged() {
      return charged.length;
    },
    polls,
    downloads,
  };
}

function gatewayOf(path: string): string {
  return /^\/of\/([\w-]*)\//.exec(path)?.[1] ?? '';
}
