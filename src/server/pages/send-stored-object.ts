import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StoredObject } from '../../photos/archive/stored-pictures.ts';
import { NOT_KEPT, sendPictureError } from './picture-errors.ts';
import { sendBytes } from './send-bytes.ts';

interface ObjectToSend {
  readonly read: (range: string | undefined) => Promise<StoredObject | 'unsatisfiable' | null>;
  /** The size of the whole object. */
  readonly sizeBytes: number;
  /** Aborts when the client has left. */
  readonly signal: AbortSignal;
}

/**
 * Sends a picture that is an object of a bucket, the whole or the part that is asked for. The service finds
 * the part. The headers that describe the picture are set already, its ETag among them.
 */
export async function sendStoredObject(
  { read, sizeBytes, signal }: ObjectToSend,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { headers } = req;
  const etag = String(res.getHeader('ETag'));
  res.setHeader('Accept-Ranges', 'bytes');
  if (isListed(etag, headers['if-none-match'])) return void res.writeHead(304).end();
  if (req.method === 'HEAD') return void res.writeHead(200, { 'Content-Length': sizeBytes }).end();
  const ifRange = headers['if-range'];
  const object = await read(ifRange === undefined || ifRange === etag ? headers.range : undefined);
  if (object === null) return sendPictureError(res, 404, NOT_KEPT);
  if (object === 'unsatisfiable') {
    res.setHeader('Content-Range', `bytes */${sizeBytes}`);
    return sendPictureError(res, 416, 'The picture cannot be served in this form.');
  }
  res.writeHead(object.contentRange === undefined ? 200 : 206, {
    ...(object.sizeBytes !== undefined && { 'Content-Length': object.sizeBytes }),
    ...(object.contentRange !== undefined && { 'Content-Range': object.contentRange }),
  });
  await sendBytes(object.bytes, res, signal);
}

/** Whether `etag` is one of those that the client has. */
function isListed(etag: string, known: string | undefined): boolean {
  return (
    known
      ?.split(',')
      .some((entry) => entry.trim() === '*' || entry.trim().replace(/^W\//, '') === etag) === true
  );
}
