import { unknownPhoto } from '../../src/photos/photo.ts';
import type { Photos } from '../../src/photos/photos.ts';
import { moduleBelow } from './module-below.ts';

/** A room below the server whose every photo is a large answer, and whose streams never end by themselves. */
export interface LargeRoom {
  readonly photos: Photos;
  /** Events that were taken from all streams together. */
  readonly events: number;
  /** Answers to `photo` so far. */
  readonly answers: number;
  /** Streams that nobody has left. */
  readonly openStreams: number;
}

const unused = () => {
  throw new Error('No test here asks for it');
};

/** Each answer and each event has somewhat more than `sizeBytes`. */
export function createLargeRoom(sizeBytes: number): LargeRoom {
  const photo = unknownPhoto('x'.repeat(sizeBytes));
  let events = 0;
  let answers = 0;
  let openStreams = 0;

  async function* ready() {
    openStreams += 1;
    try {
      for (;;) {
        // As events come: never in the same turn.
        await new Promise<void>((resolve) => setImmediate(resolve));
        events += 1;
        yield () => photo;
      }
    } finally {
      openStreams -= 1;
    }
  }

  const photos: Photos = {
    ...moduleBelow(unused),
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
