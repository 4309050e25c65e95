import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { CallContext } from './call-context.ts';
import { Failure } from './failure.ts';
import { readForm } from './form.ts';
import { resultNameOf, resultPath } from './open-folder.ts';
import { readOrder } from './order.ts';
import type { Picture } from './pictures.ts';
import { QueueFullError } from './queue.ts';
import { inspectPicture, type PictureKind } from './restoration/inspect-picture.ts';
import { PictureError } from './restoration/picture-error.ts';
import type { Order } from './restoration/restore.ts';

export interface Uploaded {
  readonly mdf: string;
  readonly originalName: string;
}

/**
 * The document's "POST /api/third/photo/upload", without its token. What can be rejected by the
 * fields is rejected before the file is read. Only a picture that can certainly be restored is
 * charged.
 * @throws Failure with an errno of the document's table.
 */
export async function upload(request: IncomingMessage, context: CallContext): Promise<Uploaded> {
  const { settings, folder } = context;
  const filePath = join(folder, randomUUID());
  const onFile = (fields: ReadonlyMap<string, string>) => checkFields(fields, context);
  let picture: Picture | undefined;
  try {
    const { maxFileSizeBytes, maxPixels } = settings;
    const { fields, fileSizeBytes } = await readForm(request, {
      filePath,
      maxFileSizeBytes,
      onFile,
    });
    const order = checkFields(fields, context);
    if (!fields.has('third_code') || order === undefined) throw new Failure(9001);
    if (fileSizeBytes === undefined || fileSizeBytes === 0) throw new Failure(9001);
    const kind = await context.inspections.run(() => inspectPicture(filePath, maxPixels));
    const mdf = await chooseMdf(filePath, order, settings.sameMdfForSameBytes);
    const accepted = accept({ mdf, order, filePath, kind }, context);
    await context.save().catch((error: unknown) => {
      accepted.undo();
      throw error;
    });
    picture = accepted.picture;
    return picture;
  } catch (error) {
    throw asFailure(error);
  } finally {
    if (picture?.original.path !== filePath) await rm(filePath, { force: true });
  }
}

/** Checks the fields that are there. Missing ones may still come after the file. */
function checkFields(fields: ReadonlyMap<string, string>, context: CallContext): Order | undefined {
  const { account, pictures, restorer, inspections } = context;
  const thirdCode = fields.get('third_code');
  if (thirdCode !== undefined && thirdCode !== account.thirdCode) throw new Failure(9001);
  const order = readOrder(fields);
  account.requireUpload();
  if (pictures.isFull || restorer.isFull || inspections.isFull) throw new Failure(9006);
  return order;
}

async function chooseMdf(path: string, order: Order, isByContent: boolean): Promise<string> {
  if (!isByContent) return randomBytes(16).toString('hex');
  return createHash('md5')
    .update(await readFile(path))
    .update(JSON.stringify(order))
    .digest('hex');
}

interface Accepted {
  readonly mdf: string;
  readonly order: Order;
  readonly filePath: string;
  readonly kind: PictureKind;
}

/** Synchronous, without an await: two concurrent uploads cannot both get the last paid one. */
function accept({ mdf, order, filePath, kind }: Accepted, context: CallContext) {
  const { account, pictures, restorer, folder } = context;
  const known = pictures.find(mdf);
  if (known === undefined && (pictures.isFull || restorer.isFull)) throw new Failure(9006);
  account.charge();
  if (known !== undefined) return { picture: known, undo: () => account.refund() };
  const picture: Picture = {
    mdf,
    order,
    originalName: `img/${randomUUID()}_out.${kind.extension}`,
    resultName: resultNameOf(mdf),
    original: { path: filePath, mediaType: kind.mediaType },
    result: { path: resultPath(folder, mdf), mediaType: 'image/jpeg' },
    state: 'processing',
  };
  pictures.add(picture);
  restorer.begin(picture);
  function undo() {
    account.refund();
    pictures.remove(mdf);
  }
  return { picture, undo };
}

function asFailure(error: unknown): unknown {
  if (error instanceof PictureError)
    return new Failure(error.fault === 'unsupported' ? 9005 : 9009, error);
  return error instanceof QueueFullError ? new Failure(9006, error) : error;
}
