import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { StoredFile } from './pictures.ts';

/** Responds to GET and HEAD with the file, or with 404 if it does not exist (any more). */
export async function sendFile(
  file: StoredFile | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  await using handle = await open(file.path);
  const { size } = await handle.stat();
  response.writeHead(200, { 'content-type': file.mediaType, 'content-length': size });
  if (request.method === 'HEAD') response.end();
  else await pipeline(handle.createReadStream({ autoClose: false }), response);
}
