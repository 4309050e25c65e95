import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import send from 'send';
import { chunkPassed } from '../../common/collect-chunks.ts';
import { NOT_KEPT, sendPictureError } from './picture-errors.ts';

/** Sends a picture that is a file. The headers that describe it are set already. */
export function sendStoredFile(path: string, req: IncomingMessage, res: ServerResponse): void {
  send(req, basename(path), { root: dirname(path), cacheControl: false, etag: false, index: false })
    .on('stream', (file: Readable) => file.on('data', chunkPassed))
    .on('error', (error: unknown) => {
      const status = statusOf(error);
      sendPictureError(
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
