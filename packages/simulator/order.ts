import { Failure } from './failure.ts';
import type { Order } from './restoration/restore.ts';

export type RepairType = Order['repairType'];

/** `255,255,255` is white. */
const RGB = /^(\d{1,3}),(\d{1,3}),(\d{1,3})$/;

/**
 * Reads from an upload's fields what to do with the photo. Fields may follow the file, so while the
 * file is read a missing field means nothing yet.
 * @returns undefined if a required field is missing.
 * @throws Failure 9001 if a field is wrong.
 */
export function readOrder(fields: ReadonlyMap<string, string>): Order | undefined {
  const repairType = fields.get('repair_type');
  switch (repairType) {
    case undefined:
      return undefined;
    case 'sr':
    case 'sr,repair':
    case 'sr,repair,colour':
      return { repairType };
    case 'bg':
      return readBackground(fields.get('rgb'));
    default:
      throw new Failure(9001);
  }
}

function readBackground(rgb: string | undefined): Order | undefined {
  if (rgb === undefined) return undefined;
  const [red, green, blue] = (RGB.exec(rgb) ?? []).slice(1).map(Number);
  if (red === undefined || green === undefined || blue === undefined) throw new Failure(9001);
  if (Math.max(red, green, blue) > 255) throw new Failure(9001);
  return { repairType: 'bg', background: [red, green, blue] };
}
