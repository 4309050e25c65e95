import type { UnfinishedSamples } from './processing-time-samples.ts';

/** A photo that is being polled. */
export interface FollowedPhoto {
  /** The photo's age when the last poll was sent that found it not ready; 0 if none did. */
  readonly askedAtMs: () => number;
  /** Called when so much was learned that the next poll should be planned anew. */
  readonly replan: () => void;
}

/** The photos of one class that are being polled. Of their processing times only a lower bound is known. */
export interface UnfinishedPhotos {
  /** Counts the photo until the result is disposed of. */
  follow(photo: FollowedPhoto): Disposable;
  /** Their ages, at most 64 that stand for all. */
  samples(): UnfinishedSamples;
  replan(): void;
}

const MOST_AGES = 64;

export function createUnfinishedPhotos(): UnfinishedPhotos {
  const photos = new Set<FollowedPhoto>();

  function follow(photo: FollowedPhoto): Disposable {
    photos.add(photo);
    return { [Symbol.dispose]: () => void photos.delete(photo) };
  }

  function samples(): UnfinishedSamples {
    const ages = Float64Array.from(photos, ({ askedAtMs }) => askedAtMs()).toSorted();
    const count = Math.min(ages.length, MOST_AGES);
    const weight = count === 0 ? 0 : ages.length / count;
    const agesMs = Array.from({ length: count }, (_, index) =>
      Math.round(ages[Math.floor((index + 0.5) * weight)] ?? 0),
    );
    return { agesMs, weight };
  }

  function replan() {
    for (const photo of photos) photo.replan();
  }

  return { follow, samples, replan };
}
