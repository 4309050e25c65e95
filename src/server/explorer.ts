import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import send from 'send';
import { GRAPHQL_PATH } from './graphql-endpoint.ts';

/** Answers a request for the explorer and returns true, or leaves it alone and returns false. */
export type Explorer = (req: IncomingMessage, res: ServerResponse) => boolean;

export interface ExplorerOptions {
  /** What `npm run build` made of `src/explorer`. */
  readonly directory: URL;
}

/**
 * As strict as GraphiQL allows: Monaco writes style elements, GraphiQL's fonts are `data:`, a picked
 * photo is shown from a `blob:`, and a restored one from the provider's host, whichever that is.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data: blob: http: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** On the files as well as on the page: a worker lives under the policy of its own script. */
const securityHeaders = new Map([
  ['Content-Security-Policy', contentSecurityPolicy],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Referrer-Policy', 'same-origin'],
  ['X-Content-Type-Options', 'nosniff'],
]);

/** The types that the build compresses; under its own name `send` would take them for archives. */
const compressedTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/**
 * Serves GraphiQL to a browser that opens the endpoint, and its files under `/explorer/`, which carry a
 * hash in their names and may be cached for ever.
 *
 * @throws Error where it was not built.
 */
export function createExplorer({ directory }: ExplorerOptions): Explorer {
  const root = fileURLToPath(directory);
  const page = readPage(directory);
  const files = new Set(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((name) => `/${name.replaceAll(sep, '/')}`)
      .filter((path) => /^\/explorer\/.+\.\w+$/.test(path)),
  );

  function sendPage(res: ServerResponse) {
    // The same address speaks GraphQL to everyone else.
    res.setHeader('Vary', 'Accept');
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
    res.setHeader('Vary', 'Accept-Encoding');
    if (compress) res.setHeader('Content-Encoding', 'gzip').setHeader('Content-Type', type);
    send(req, compress ? compressed : path, { root, immutable: true, maxAge: '1y' }).pipe(res);
  }

  return (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return false;
    const [path = '', query] = (req.url ?? '').split('?', 2);
    const isPage = path === GRAPHQL_PATH && wantsPage(req, new URLSearchParams(query));
    if (!isPage && !files.has(path)) return false;
    res.setHeaders(securityHeaders);
    if (isPage) sendPage(res);
    else sendFile(req, res, path);
    return true;
  };
}

function readPage(directory: URL): Buffer {
  try {
    return readFileSync(new URL('index.html', directory));
  } catch (cause) {
    throw new Error('The explorer is not built yet: run `npm run build`.', { cause });
  }
}

/** A browser's address bar asks for HTML; an operation in the address is for GraphQL to answer. */
function wantsPage({ headers }: IncomingMessage, parameters: URLSearchParams): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? '') && !parameters.has('query');
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  return /\bgzip\b(?!\s*;\s*q=0)/i.test(headers['accept-encoding'] ?? '');
}
