import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import send from 'send';
import { acceptedCodings, type Coding } from '../accepted-coding.ts';

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
 * Serves a page and its files. The files under `/<name>/` carry a hash in their names, so caches may keep
 * them for ever. Those beside the page, such as a manifest, keep their names, so caches ask again.
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
      .filter((path) => /\.\w+$/.test(path) && path !== '/index.html'),
  );

  function sendPage(req: IncomingMessage, res: ServerResponse) {
    const coding = acceptedOf(req).find((accepted) => page[accepted] !== undefined);
    const body = page[coding ?? 'identity'];
    if (coding !== undefined) res.setHeader('Content-Encoding', coding);
    res.setHeader('Vary', withEncoding(res.getHeader('Vary')));
    res.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': body?.length,
      'Cache-Control': 'no-cache',
    });
    res.end(body);
  }

  function sendFile(req: IncomingMessage, res: ServerResponse, path: string) {
    const type = compressedTypes[path.split('.').at(-1) ?? ''];
    const codings = type === undefined ? [] : acceptedOf(req);
    const coding = codings.find((accepted) => files.has(path + SUFFIXES[accepted]));
    res.setHeader('Vary', 'Origin, Accept-Encoding');
    // `send` leaves an existing header as it is.
    res.removeHeader('Cache-Control');
    if (coding !== undefined && type !== undefined) {
      res.setHeader('Content-Encoding', coding).setHeader('Content-Type', type);
    }
    const sent = coding === undefined ? path : path + SUFFIXES[coding];
    const caching = path.startsWith(`/${name}/`) ? FOR_EVER : ASKED_AGAIN;
    send(req, sent, { root, ...caching }).pipe(res);
  }

  return (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return false;
    const [path = ''] = (req.url ?? '').split('?', 1);
    const isFile = files.has(path);
    if (!isFile && !isAskedFor(req)) return false;
    res.setHeaders(securityHeaders);
    if (isFile) sendFile(req, res, path);
    else sendPage(req, res);
    return true;
  };
}

const FOR_EVER = { immutable: true, maxAge: '1y' } as const;
const ASKED_AGAIN = { maxAge: 0 } as const;

/** The page as it is sent, by its coding. */
type EncodedPage = Readonly<Partial<Record<Coding | 'identity', Buffer>>>;

function readPage(name: string, directory: URL): EncodedPage {
  try {
    const identity = readFileSync(new URL('index.html', directory));
    if (identity.length < MIN_LENGTH) return { identity };
    return { identity, br: brotliCompressSync(identity), gzip: gzipSync(identity) };
  } catch (cause) {
    throw new Error(`The ${name} is not built yet: run \`npm run build\`.`, { cause });
  }
}

/** A smaller page fits into one packet anyway. */
const MIN_LENGTH = 1024;

/** The ends of the names of the files that the build has compressed. */
const SUFFIXES: Readonly<Record<Coding, string>> = { br: '.br', gzip: '.gz' };

function acceptedOf({ headers }: IncomingMessage): readonly Coding[] {
  return acceptedCodings(headers['accept-encoding'] ?? '');
}

function withEncoding(vary: number | string | readonly string[] | undefined): string {
  const names = String(vary ?? '');
  return /accept-encoding/i.test(names) ? names : `${names}, Accept-Encoding`.replace(/^, /, '');
}
