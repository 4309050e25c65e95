import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import send from 'send';

/**
 * Answers a request for a page and returns true. Returns false for any other request, and leaves it alone.
 */
export type Page = (req: IncomingMessage, res: ServerResponse) => boolean;

export interface BuiltPageOptions {
  /** The package that the page is built from. Its files are served under `/<name>/`. */
  readonly name: string;
  /** The output of `npm run build` for that package. */
  readonly directory: URL;
  readonly contentSecurityPolicy: readonly string[];
  /** Whether a GET or HEAD request is for the page itself. */
  readonly isAskedFor: (req: IncomingMessage) => boolean;
}

/**
 * The types that the build compresses. From the compressed file's name `send` would take them for archives.
 */
const compressedTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/**
 * Serves a page and its files. The files carry a hash in their names, so caches may keep them for ever.
 *
 * @throws Error if the page was not built.
 */
export function createBuiltPage(options: BuiltPageOptions): Page {
  const { name, directory, isAskedFor } = options;
  const root = fileURLToPath(directory);
  const page = readPage(name, directory);
  /** The policy is on the files as well as on the page: a worker has the policy of its own script. */
  const securityHeaders = new Map([
    ['Content-Security-Policy', options.contentSecurityPolicy.join('; ')],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['Referrer-Policy', 'same-origin'],
    ['X-Content-Type-Options', 'nosniff'],
  ]);
  const files = new Set(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((file) => `/${file.replaceAll(sep, '/')}`)
      .filter((path) => path.startsWith(`/${name}/`) && /\.\w+$/.test(path)),
  );

  function sendPage(res: ServerResponse) {
    res.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': page.length,
      'Cache-Control': 'no-cache',
    });
    res.end(page);
  }

  function sendFile(req: IncomingMessage, res: ServerResponse, path: string) {
    const compressed = `${path}.gz`;
    const type = compressedTypes[path.split('.').at(-1) ?? ''];
    const compress = type !== undefined && files.has(compressed) && acceptsGzip(req);
    res.setHeader('Vary', 'Origin, Accept-Encoding');
    // `send` leaves an existing header as it is.
    res.removeHeader('Cache-Control');
    if (compress) res.setHeader('Content-Encoding', 'gzip').setHeader('Content-Type', type);
    send(req, compress ? compressed : path, { root, immutable: true, maxAge: '1y' }).pipe(res);
  }

  return (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return false;
    const [path = ''] = (req.url ?? '').split('?', 1);
    const isFile = files.has(path);
    if (!isFile && !isAskedFor(req)) return false;
    res.setHeaders(securityHeaders);
    if (isFile) sendFile(req, res, path);
    else sendPage(res);
    return true;
  };
}

function readPage(name: string, directory: URL): Buffer {
  try {
    return readFileSync(new URL('index.html', directory));
  } catch (cause) {
    throw new Error(`The ${name} is not built yet: run \`npm run build\`.`, { cause });
  }
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  return /\bgzip\b(?!\s*;\s*q=0)/i.test(headers['accept-encoding'] ?? '');
}
