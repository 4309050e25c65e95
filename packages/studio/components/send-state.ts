import type { Words } from '../language/words.ts';
import type { Connection, QuotaLeft } from '../photos/studio.ts';
import type { Repair, StudioPhoto } from '../photos/studio-photo.ts';
import { colourName } from './colour-name.ts';

/** The texts on and below the button that sends the tray. */
export interface SendState {
  /** What the button does. */
  readonly action: string;
  /** Whether the photos cannot be sent. */
  readonly blocked: boolean;
  /** The cost, or why they cannot be sent. */
  readonly reason: string;
  readonly tone: 'calm' | 'warning';
}

export interface ToBeSent {
  readonly tray: readonly StudioPhoto[];
  readonly repair: Repair;
  readonly quota: QuotaLeft | null;
  readonly connection: Connection;
}

export function sendState({ tray, repair, quota, connection }: ToBeSent, words: Words): SendState {
  const { composer } = words;
  const photos = tray.filter(({ phase }) => phase.name === 'chosen').length;
  const action = composer.send[repair.type](photos, colourName(repair.background ?? '', words));
  const isSignedOut = connection === 'signed-out';
  const obstacle = isSignedOut ? composer.keyFirst : quota && shortageOf(photos, quota, words);
  if (obstacle) return { action, blocked: true, reason: obstacle, tone: 'warning' };
  const isChecking = tray.some(({ phase }) => phase.name === 'checking');
  if (photos === 0 || isChecking) {
    const reason = isChecking ? composer.checking : composer.empty;
    return { action, blocked: true, reason, tone: 'calm' };
  }
  return { action, blocked: false, reason: costOf(photos, quota, words), tone: 'calm' };
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
