import type { Words } from '../language/words.ts';
import type { QuotaLeft } from '../photos/studio.ts';
import type { StudioPhoto } from '../photos/studio-photo.ts';

/** The texts on and below the button that sends the tray. */
export interface SendState {
  /** Number of photos that would be sent. */
  readonly photos: number;
  /** Whether they cannot be sent. */
  readonly blocked: boolean;
  /** The cost, or why they cannot be sent. */
  readonly reason: string;
  readonly tone: 'calm' | 'warning';
}

export function sendState(
  tray: readonly StudioPhoto[],
  quota: QuotaLeft | null,
  words: Words,
): SendState {
  const photos = tray.filter(({ phase }) => phase.name === 'chosen').length;
  const shortage = quota && shortageOf(photos, quota, words);
  if (shortage) return { photos, blocked: true, reason: shortage, tone: 'warning' };
  const { empty } = words.composer;
  if (photos === 0) return { photos, blocked: true, reason: empty, tone: 'calm' };
  return { photos, blocked: false, reason: costOf(photos, quota, words), tone: 'calm' };
}

function shortageOf(photos: number, { remaining, spendable }: QuotaLeft, words: Words) {
  const { noneLeft, noneLeftToday, tooFew } = words.composer;
  if (spendable === 0) return remaining === 0 ? noneLeft : noneLeftToday;
  return photos > spendable ? tooFew(spendable, photos - spendable) : null;
}

function costOf(photos: number, quota: QuotaLeft | null, { composer }: Words): string {
  if (quota === null) return composer.costOfUnknown(photos);
  const { remaining, spendable } = quota;
  return spendable < remaining
    ? composer.costOfToday(photos, spendable)
    : composer.cost(photos, remaining);
}
