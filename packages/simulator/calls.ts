import type { IncomingMessage } from 'node:http';
import type { CallContext } from './call-context.ts';
import type { Call } from './events.ts';
import { Failure, type Endpoint } from './failure.ts';
import { readForm } from './form.ts';
import type { Picture } from './pictures.ts';
import { upload } from './upload.ts';

/**
 * Handles a call whose token is valid: returns the `data` of its success, and records its picture
 * in `call`.
 */
type Handler = (request: IncomingMessage, call: Call, context: CallContext) => Promise<object>;

/**
 * The document's four calls. Each throws a Failure with an errno of its table, or an unexpected
 * error.
 */
export const HANDLERS: Readonly<Record<Endpoint, Handler>> = {
  upload: async (request, call, context) => {
    const { mdf, originalName } = await upload(request, context);
    call.mdf = mdf;
    return { img_url: context.addressOf(originalName), mdf };
  },

  status: async (request, call, context) => {
    const { state } = await findPicture(request, call, context);
    if (state === 'failed') throw new Failure(500);
    return state === 'ready'
      ? { msg: '圖片處理完成', status: 200 }
      : { msg: '圖片處理中', status: 100 };
  },

  download: async (request, call, context) => {
    const { state, resultName } = await findPicture(request, call, context);
    if (state === 'failed') throw new Failure(500);
    if (state === 'processing') throw new Failure(9002);
    return { url: context.addressOf(resultName) };
  },

  nums: async (request, _call, { account, settings }) => {
    const fields = await readFields(request, settings.maxFileSizeBytes);
    if (fields.get('third_code') !== account.thirdCode) throw new Failure(9002);
    return { code: account.thirdCode, nums: account.uploadsLeft };
  },
};

async function findPicture(
  request: IncomingMessage,
  call: Call,
  context: CallContext,
): Promise<Picture> {
  const fields = await readFields(request, context.settings.maxFileSizeBytes);
  const mdf = fields.get('mdf');
  // Their tables have no errno for a wrong parameter: it is "any other error".
  if (mdf === undefined || !fields.has('third_code')) throw new Failure(500);
  call.mdf = mdf;
  const picture = context.pictures.find(mdf);
  if (picture === undefined || fields.get('third_code') !== context.account.thirdCode)
    throw new Failure(9002);
  return picture;
}

/**
 * @throws Failure 500 for a body that is not a form. These calls have no errno of their own for
 * that.
 */
async function readFields(
  request: IncomingMessage,
  maxFileSizeBytes: number,
): Promise<ReadonlyMap<string, string>> {
  try {
    const { fields } = await readForm(request, { maxFileSizeBytes });
    return fields;
  } catch (error) {
    throw new Failure(500, error);
  }
}
