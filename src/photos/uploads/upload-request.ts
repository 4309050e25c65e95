import { GatewayError } from '../../common/errors.ts';
import { isKeyText } from '../../common/key-text.ts';
import type { RepairType } from '../../provider/repair-type.ts';
import type { Principal } from '../principal.ts';
import type { IncomingFile } from './picture.ts';

export interface UploadRequest {
  /** Whose photo it will be, and whose allowance it takes. */
  readonly principal: Principal;
  readonly repairType: RepairType;
  /** Colour as `#rrggbb`; given exactly where `repairType` is `REPLACE_BACKGROUND`. */
  readonly background: string | null;
  /** Attempts of one client under one key are charged once. */
  readonly idempotencyKey: string | null;
  /** Called once, where the file is wanted: what nobody opens can fail unheard. */
  readonly openFile: () => Promise<IncomingFile>;
}

/** @throws `BAD_USER_INPUT` where the arguments do not go together. */
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

/** Bounded, since keys are kept for a day. */
function isKey(text: string): boolean {
  return text.length >= 1 && text.length <= 255 && isKeyText(text);
}
