import { unknownPhoto } from '../../src/photos/photo.ts';
import type { Photos } from '../../src/photos/photos.ts';
import { createEmptyModule } from './limits-empty-module.ts';

/** A photos module whose photos get ready one by one. */
export interface StepwisePhotos {
  readonly photos: Photos;
  /** Makes the next photo of a stream ready, now or once the stream has been opened. */
  readyOne(): void;
}

export function createStepwisePhotos(): StepwisePhotos {
  const steps = [Promise.withResolvers<void>()];
  let released = 0;

  async function* ready(_principal: unknown, ids: readonly string[]) {
    for (const [index, id] of ids.entries()) {
      await step(index).promise;
      yield () => ({ ...unknownPhoto(id), status: 'READY' as const });
    }
  }

  function step(index: number) {
    return (steps[index] ??= Promise.withResolvers<void>());
  }

  return {
    photos: { ...createEmptyModule().photos, ready },
    readyOne() {
      step(released).resolve();
      released += 1;
    },
  };
}
