import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SavePicture } from '../../photos/archive/fetch-result.ts';
import type { PassedOn } from '../../photos/archive/passed-pictures.ts';
import { NOT_KEPT, sendPictureError } from './picture-errors.ts';
import { sendBytes } from './send-bytes.ts';

interface PassingOn {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Sets the headers that describe a picture of this type. */
  readonly describe: (mediaType: string) => void;
  /** Aborts when the client has left. */
  readonly signal: AbortSignal;
}

/** Why a picture is fetched no further: its client has asked for the headers only. */
const HEAD_ONLY = new Error('Only the head of the picture is needed');

/**
 * Sends a picture that the archive does not have as it comes from the provider: whole, and not to be
 * cached. One that the gateway cannot fetch is redirected to.
 */
export async function passPictureOn(
  { req, res, describe, signal }: PassingOn,
  passOn: (save: SavePicture) => Promise<PassedOn>,
): Promise<void> {
  res.setHeader('Cache-Control', 'private, no-store');
  const passed = await passOn(async ({ mediaType, bytes }) => {
    describe(mediaType);
    res.writeHead(200);
    if (req.method === 'HEAD') throw HEAD_ONLY;
    await sendBytes(bytes, res, signal);
  }).catch((error: unknown) => {
    if (error !== HEAD_ONLY) throw error;
    res.end();
    return null;
  });
  if (passed?.kind === 'none') return sendPictureError(res, 404, NOT_KEPT);
  if (passed?.kind === 'elsewhere') res.writeHead(302, { Location: passed.url }).end();
}
