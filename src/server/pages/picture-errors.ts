import type { ServerResponse } from 'node:http';

export const NOT_KEPT = 'This picture is not in the archive, or no longer.';

/** The headers that describe a picture, and nothing else that is sent in its place. */
const OF_A_PICTURE = ['Accept-Ranges', 'Content-Disposition', 'ETag', 'Last-Modified'];

/** Sends an error in place of a picture. If a part of that is sent already, it ends there. */
export function sendPictureError(res: ServerResponse, status: number, error: string): void {
  if (res.headersSent) return void res.destroy();
  for (const name of OF_A_PICTURE) res.removeHeader(name);
  const body = JSON.stringify({ error });
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'private, no-store',
  });
  res.end(body);
}
