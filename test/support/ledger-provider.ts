import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { accountAt, listen } from './listen.ts';
import { readPicture } from './simulator-client.ts';

export interface LedgerProvider extends AsyncDisposable {
  /** The settings that put a gateway in front of it. */
  readonly env: Readonly<Record<string, string>>;
  /** How often an upload of a file of this many bytes was charged. */
  charges(sizeBytes: number): number;
}

/** The processing time of a photo, in milliseconds. */
const PROCESSING_MS = 30;
const PAID_UPLOADS = 1000;

/**
 * A provider on loopback that records its charges: each complete upload, by the size of its file.
 * It returns a real picture.
 */
export async function startLedgerProvider(): Promise<LedgerProvider> {
  const picture = await readPicture('landscape-small.jpg');
  const charged: number[] = [];
  const uploadedAtMs = new Map<string, number>();
  let url = '';

  async function answer(req: IncomingMessage): Promise<object> {
    const headers = { 'content-type': req.headers['content-type'] ?? '' };
    const form = await new Response(await buffer(req), { headers }).formData();
    const field = form.get('mdf');
    const id = typeof field === 'string' ? field : '';
    const { url: path = '' } = req;
    switch (path.split('/').at(-1) ?? '') {
      case 'upload':
        return upload(form.get('file'));
      case 'status':
        return {
          status: performance.now() - (uploadedAtMs.get(id) ?? 0) > PROCESSING_MS ? 200 : 100,
        };
      case 'download':
        return { url: `${url}/result/${id}.jpg` };
      default:
        return { code: 'test', nums: PAID_UPLOADS - charged.length };
    }
  }

  function upload(file: FormDataEntryValue | null) {
    if (file === null || typeof file === 'string')
      throw new Error('An upload came without its file');
    charged.push(file.size);
    const id = `photo-${charged.length}`;
    uploadedAtMs.set(id, performance.now());
    return { img_url: `${url}/original/${id}.jpg`, mdf: id };
  }

  function handle(req: IncomingMessage, res: ServerResponse): void {
    if (req.method === 'GET') return void res.end(picture);
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
    charges: (sizeBytes) => charged.filter((size) => size === sizeBytes).length,
  };
}
