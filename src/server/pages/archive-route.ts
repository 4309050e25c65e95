import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../common/log.ts';
import { GatewayError } from '../../common/errors.ts';
import { contentDisposition, fileNameOfId, withEnding } from '../../photos/archive/file-name.ts';
import { ARCHIVE_PATH, type OwnAddresses } from '../../photos/archive/own-addresses.ts';
import { readPictureName, type PictureName } from '../../photos/archive/picture-name.ts';
import type { StoredPictures } from '../../photos/archive/stored-pictures.ts';
import type { Photos } from '../../photos/photos.ts';
import { exposeHeaders } from '../admission/cors.ts';
import { clientSignal } from '../transports/http/client-signal.ts';
import { NOT_KEPT, sendPictureError } from './picture-errors.ts';
import { passPictureOn } from './pass-picture-on.ts';
import { sendStoredFile } from './send-stored-file.ts';
import { sendStoredObject } from './send-stored-object.ts';

/**
 * Answers a request for an archived picture and returns true. Returns false for any other request, and leaves
 * it alone.
 */
export type ArchiveRoute = (req: IncomingMessage, res: ServerResponse) => boolean;

export interface ArchiveRouteOptions {
  readonly addresses: Pick<OwnAddresses, 'verify'>;
  readonly photos: Pick<Photos, 'archived' | 'original' | 'passOn'>;
  readonly stored: StoredPictures;
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  readonly log: Pick<Log, 'error'>;
}

interface Target {
  readonly name: string;
  readonly parsed: PictureName;
  readonly query: URLSearchParams;
}

interface ServedPicture {
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Another one for other bytes. */
  readonly version: string;
}

/** The headers of a picture. They keep anything hidden in the file from running as a page of this origin. */
const SAFETY_HEADERS = new Map([
  ['Content-Security-Policy', "default-src 'none'; sandbox"],
  ['Cross-Origin-Resource-Policy', 'cross-origin'],
  ['X-Content-Type-Options', 'nosniff'],
]);

const METHODS = 'GET, HEAD, OPTIONS';

/**
 * Serves the pictures of the archive to anyone who has a signed address. It supports ranges and conditional
 * requests. One that is on its way into the archive is waited for, and passed on from the provider if it does
 * not get there. Any page may show the pictures; CORS decides which pages may read them. `download=1`
 * in the address makes a browser save the picture instead of showing it; the signature does not cover it.
 */
export function createArchiveRoute(options: ArchiveRouteOptions): ArchiveRoute {
  const { addresses, photos, stored, now = Date.now, log } = options;

  async function answer(
    { name, parsed, query }: Target,
    req: IncomingMessage,
    res: ServerResponse,
  ) {
    const terms = addresses.verify(name, query);
    if (terms === null) {
      return sendPictureError(
        res,
        403,
        'This address is not valid, or has expired: ask for a new downloadUrl.',
      );
    }
    const { fileName: saveAs } = terms;
    const signal = clientSignal(res)();
    const disposition = query.get('download') === '1' ? 'attachment' : 'inline';
    function describe(mediaType: string) {
      const fileName =
        saveAs === null ? fileNameOfId(parsed, mediaType) : withEnding(saveAs, mediaType);
      res.setHeader('Content-Type', mediaType);
      res.setHeader('Content-Disposition', contentDisposition(disposition, fileName));
    }

    const found = parsed.isOriginal ? await original(name) : await restored(name, signal);
    if (found === null && parsed.isOriginal) return sendPictureError(res, 404, NOT_KEPT);
    if (found === null) {
      return passPictureOn({ req, res, describe, signal }, (save) =>
        photos.passOn(name, signal, save),
      );
    }
    const remainingSeconds = Math.floor((terms.expiresAt.getTime() - now()) / 1000);
    describe(found.mediaType);
    res.setHeader('ETag', `"${found.version}"`);
    res.setHeader('Cache-Control', `private, max-age=${Math.max(0, remainingSeconds)}`);
    if (stored.kind === 'files') return sendStoredFile(stored.pathOf(name), req, res);
    const read = (range: string | undefined) => stored.read(name, range, signal);
    return sendStoredObject({ read, sizeBytes: found.sizeBytes, signal }, req, res);
  }

  async function restored(name: string, signal: AbortSignal): Promise<ServedPicture | null> {
    const picture = await photos.archived(name, signal);
    return picture && { ...picture, version: picture.sha256 };
  }

  /** What its name means never changes, so the name is its version. */
  async function original(name: string): Promise<ServedPicture | null> {
    const picture = await photos.original(name);
    return picture && { ...picture, version: name };
  }

  function fail(error: unknown, { parsed }: Target, res: ServerResponse) {
    if (res.closed) return;
    if (error instanceof GatewayError && !res.headersSent) {
      const retryAfterMs = error.retryAfterMs ?? 1000;
      res.setHeader('Retry-After', Math.ceil(retryAfterMs / 1000));
      return sendPictureError(res, 503, error.message);
    }
    log.error({ err: error, photoId: parsed.id }, 'An archived picture could not be served');
    sendPictureError(res, 500, 'Something went wrong inside the gateway.');
  }

  return (req, res) => {
    const target = targetOf(req);
    if (target === null) return false;
    res.setHeaders(SAFETY_HEADERS);
    exposeHeaders(res, ['Content-Disposition', 'Content-Range', 'ETag']);
    if (req.method === 'OPTIONS') {
      res.writeHead(204).end();
    } else if (req.method === 'GET' || req.method === 'HEAD') {
      answer(target, req, res).catch((error: unknown) => fail(error, target, res));
    } else {
      res.setHeader('Allow', METHODS);
      sendPictureError(res, 405, 'A picture can only be read, by GET or HEAD.');
    }
    return true;
  };
}

function targetOf({ url = '' }: IncomingMessage): Target | null {
  if (!url.startsWith(ARCHIVE_PATH)) return null;
  const [name = '', query] = url.slice(ARCHIVE_PATH.length).split('?', 2);
  const parsed = readPictureName(name);
  return parsed && { name, parsed, query: new URLSearchParams(query) };
}
