import { unknownPhoto } from '../../src/photos/photo.ts';
import type { Photos } from '../../src/photos/photos.ts';
import { stubPhotos } from './stub-photos.ts';

/**
 * A photos module whose every photo is a large response, and whose streams never end by themselves.
 */
export interface LargePhotosModule {
  readonly photos: Photos;
  /** Number of events read from all streams together. */
  readonly events: number;
  /** Number of responses to `photo` so far. */
  readonly answers: number;
  /** Number of streams that are still open. */
  readonly openStreams: number;
}

const unused = () => {
  throw new Error('No test here asks for it');
};

/** A module in which each response and each event is slightly larger than `sizeBytes`. */
export function createLargePhotosModule(sizeBytes: number): LargePhotosModule {
  const photo = unknownPhoto('x'.repeat(sizeBytes));
  let events = 0;
  let answers = 0;
  let openStreams = 0;

  async function* ready() {
    openStreams += 1;
    try {
      for (;;) {
        // As real events arrive: never in the same turn.
        await new Promise<void>((resolve) => setImmediate(resolve));
        events += 1;
        yield () => photo;
      }
    } finally {
      openStreams -= 1;
    }
  }

  const photos: Photos = {
    ...stubPhotos(unused),
    async photo() {
      answers += 1;
      return photo;
    },
    ready,
  };
  return {
    photos,
    get events() {
      return events;
    },
    get answers() {
      return answers;
    },
    get openStreams() {
      return openStreams;
    },
  };
}
