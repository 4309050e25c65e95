import { colourise } from './colourise.ts';
import { decode } from './decode.ts';
import { openPixels, type Colour, type Pixels } from './pixels.ts';
import { repair } from './repair.ts';
import { replaceBackground } from './replace-background.ts';
import { enlarge } from './super-resolution.ts';

/** What to do with a photo. The names are those of the provider's `repair_type`. */
export type Order =
  | { readonly repairType: 'sr' | 'sr,repair' | 'sr,repair,colour' }
  | { readonly repairType: 'bg'; readonly background: Colour };

/** Restores the picture in the file `source`, and writes it as JPEG to the file `target`. */
export async function restore(
  order: Order,
  files: { readonly source: string; readonly target: string },
  maxPixels: number,
): Promise<void> {
  const restored = await carryOut(order, await decode(files.source, maxPixels));
  await openPixels(restored).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toFile(files.target);
}

async function carryOut(order: Order, photo: Pixels): Promise<Pixels> {
  if (order.repairType === 'bg') return replaceBackground(photo, order.background);
  if (order.repairType === 'sr') return enlarge(photo);
  const repaired = await repair(photo);
  return enlarge(order.repairType === 'sr,repair' ? repaired : await colourise(repaired));
}
