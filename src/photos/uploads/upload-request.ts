import { GatewayError } from '../../common/errors.ts';
import { isKeyText } from '../../common/key-text.ts';
import type { RepairType } from '../../provider/repair-type.ts';
import type { Principal } from '../principal.ts';
import type { IncomingFile } from './picture.ts';

export interface UploadRequest {
  /** The owner of the photo. The upload uses its allowance. */
  readonly principal: Principal;
  readonly repairType: RepairType;
  /** Colour as `#rrggbb`; present if and only if `repairType` is `REPLACE_BACKGROUND`. */
  readonly background: string | null;
  /** What the client calls the photo. @default null: the name of the file */
  readonly name?: string | null;
  /** Uploads of one client with the same key are charged once. */
  readonly idempotencyKey: string | null;
  /** Called at most once, when the file is needed. A file that is never opened may fail silently. */
  readonly openFile: () => Promise<IncomingFile>;
}

/** Checks the arguments. @throws `BAD_USER_INPUT` if they do not go together. */
export function checkRequest({ repairType, background, idempotencyKey }: UploadRequest): void {
  if (repairType === 'REPLACE_BACKGROUND' && background === null) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      'REPLACE_BACKGROUND needs the argument background, such as "#ffffff".',
    );
  }
  if (repairType !== 'REPLACE_BACKGROUND' && background !== null) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      `background goes with REPLACE_BACKGROUND only, not with ${repairType}.`,
    );
  }
  if (idempotencyKey !== null && !isKey(idempotencyKey)) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      'An idempotency key is 1 to 255 characters, such as a UUID.',
    );
  }
}

/** Whether the text is a valid key. Its length is bounded, since keys are kept for a day. */
function isKey(text: string): boolean {
  return text.length >= 1 && text.length <= 255 && isKeyText(text);
}
