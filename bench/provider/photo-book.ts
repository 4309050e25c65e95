import { nowMs } from '../measure/clock.ts';

export interface ProviderPhoto {
  readonly id: string;
  readonly uploadedAtMs: number;
  /** By `nowMs`. */
  readonly readyAtMs: number;
  /** Calls of `status` for it. */
  polls: number;
}

/** Processing times, drawn evenly between two ends, in milliseconds. */
export interface ProcessingTimes {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Photos that are never ready: the longest time that a timer can hold, 24 days. */
export const NEVER: ProcessingTimes = { fromMs: 2 ** 31 - 1, toMs: 2 ** 31 - 1 };
export const AT_ONCE: ProcessingTimes = { fromMs: 0, toMs: 0 };

/** The photos of a provider, and when each is ready. */
export interface PhotoBook {
  readonly photos: ReadonlyMap<string, ProviderPhoto>;
  /** How long the photos take that are uploaded from now on. @default never ready */
  setTimes(times: ProcessingTimes): void;
  add(): ProviderPhoto;
  /** Counts a poll. Null where there is no such photo. */
  poll(id: string): { readonly ready: boolean } | null;
}

export function createPhotoBook(): PhotoBook {
  const photos = new Map<string, ProviderPhoto>();
  let times = NEVER;
  return {
    photos,
    setTimes(next) {
      times = next;
    },
    add() {
      const id = `photo-${photos.size + 1}`;
      const uploadedAtMs = nowMs();
      const readyAtMs = uploadedAtMs + times.fromMs + Math.random() * (times.toMs - times.fromMs);
      const photo = { id, uploadedAtMs, readyAtMs, polls: 0 };
      photos.set(id, photo);
      return photo;
    },
    poll(id) {
      const photo = photos.get(id);
      if (photo === undefined) return null;
      photo.polls += 1;
      return { ready: nowMs() >= photo.readyAtMs };
    },
  };
}
