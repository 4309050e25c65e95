import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import send from 'send';
import { GatewayError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import { contentDisposition, fileNameOfId } from '../../photos/archive/file-name.ts';
import { ARCHIVE_PATH, type FolderArchive } from '../../photos/archive/folder-archive.ts';
import { readPictureName } from '../../photos/archive/picture-name.ts';
import type { ArchivedPicture } from '../../photos/store/store.ts';
import { exposeHeaders } from '../admission/cors.ts';

/**
 * Answers a request for an archived picture and returns true. Returns false for any other request, and leaves
 * it alone.
 */
export type ArchiveRoute = (req: IncomingMessage, res: ServerResponse) => boolean;

type ServedPicture = Pick<ArchivedPicture, 'mediaType' | 'sha256'>;

export interface ArchiveRouteOptions {
  readonly archive: Pick<FolderArchive, 'pathOf' | 'verify'>;
  /** The picture that the archive holds under a name now; null if it holds none. */
  readonly picture: (name: string) => Promise<ServedPicture | null>;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  readonly log: Pick<Log, 'error'>;
}

interface Target {
  readonly name: string;
  /** The id of the photo. */
  readonly id: string;
  readonly query: URLSearchParams;
}

/** The headers of a picture. They keep anything hidden in the file from running as a page of this origin. */
const SAFETY_HEADERS = new Map([
  ['Content-Security-Policy', "default-src 'none'; sandbox"],
  ['Cross-Origin-Resource-Policy', 'cross-origin'],
  ['X-Content-Type-Options', 'nosniff'],
]);

const METHODS = 'GET, HEAD, OPTIONS';

/**
 * Serves the pictures of a folder archive to anyone who has a signed address. It supports ranges and
 * conditional requests. Any page may show the pictures; CORS decides which pages may read them. `download=1`
 * in the address makes a browser save the picture instead of showing it; the signature does not cover it.
 */
export function createArchiveRoute(options: ArchiveRouteOptions): ArchiveRoute {
  const { archive, picture, now = Date.now, log } = options;

  async function answer({ name, id, query }: Target, req: IncomingMessage, res: ServerResponse) {
    const terms = archive.verify(name, query);
    if (terms === null) {
      return sendError(
        res,
        403,
        'This address is not valid, or has expired: ask for a new downloadUrl.',
      );
    }
    const found = await picture(name);
    if (found === null) return sendError(res, 404, NOT_KEPT);
    const remainingSeconds = Math.floor((terms.expiresAt.getTime() - now()) / 1000);
    const disposition = query.get('download') === '1' ? 'attachment' : 'inline';
    const fileName = terms.fileName ?? fileNameOfId(id, found.mediaType);
    res.setHeader('Content-Type', found.mediaType);
    res.setHeader('Content-Disposition', contentDisposition(disposition, fileName));
    res.setHeader('ETag', `"${found.sha256}"`);
    res.setHeader('Cache-Control', `private, max-age=${Math.max(0, remainingSeconds)}`);
    return sendPicture(archive.pathOf(name), req, res);
  }

  return (req, res) => {
    const target = targetOf(req);
    if (target === null) return false;
    res.setHeaders(SAFETY_HEADERS);
    exposeHeaders(res, ['Content-Disposition', 'Content-Range', 'ETag']);
    if (req.method === 'OPTIONS') {
      res.writeHead(204).end();
    } else if (req.method === 'GET' || req.method === 'HEAD') {
      answer(target, req, res).catch((error: unknown) => {
        if (error instanceof GatewayError && error.retryable) {
          res.setHeader('Retry-After', RETRY_AFTER_SECONDS);
          return sendError(res, 503, error.message);
        }
        log.error({ err: error, photoId: target.id }, 'An archived picture could not be served');
        return sendError(res, 500, 'Something went wrong inside the gateway.');
      });
    } else {
      res.setHeader('Allow', METHODS);
      sendError(res, 405, 'A picture can only be read, by GET or HEAD.');
    }
    return true;
  };
}

/** A guess. */
const RETRY_AFTER_SECONDS = 1;

const NOT_KEPT = 'This picture is not in the archive, or no longer.';

function targetOf({ url = '' }: IncomingMessage): Target | null {
  if (!url.startsWith(ARCHIVE_PATH)) return null;
  const [name = '', query] = url.slice(ARCHIVE_PATH.length).split('?', 2);
  const parsed = readPictureName(name);
  return parsed && { name, id: parsed.id, query: new URLSearchParams(query) };
}

function sendPicture(path: string, req: IncomingMessage, res: ServerResponse) {
  send(req, basename(path), { root: dirname(path), cacheControl: false, etag: false, index: false })
    .on('error', (error: unknown) => {
      const status = statusOf(error);
      sendError(
        res,
        status,
        status === 404 ? NOT_KEPT : 'The picture cannot be served in this form.',
      );
    })
    .pipe(res);
}

/** The HTTP status of an error of `send`: 404, 412 and 416 among others. */
function statusOf(error: unknown): number {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : 500;
}

function sendError(res: ServerResponse, status: number, error: string): void {
  if (res.headersSent) return void res.destroy();
  for (const name of ['Accept-Ranges', 'Content-Disposition', 'ETag', 'Last-Modified']) {
    res.removeHeader(name);
  }
  const body = JSON.stringify({ error });
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'private, no-store',
  });
  res.end(body);
}
