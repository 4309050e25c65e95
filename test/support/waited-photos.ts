import { GatewayError } from '../../src/common/errors.ts';
import { unknownPhoto, type Photo } from '../../src/photos/photo.ts';
import type { Photos } from '../../src/photos/photos.ts';
import { createEmptyModule } from './limits-empty-module.ts';

/** A photos module whose photos all get ready at the same moment. */
export interface WaitedPhotos {
  readonly photos: Photos;
  /** How many streams are open. */
  readonly open: () => number;
  /** Makes all photos ready, now and later. */
  ready(): void;
}

export function createWaitedPhotos(): WaitedPhotos {
  const streams = new Set<object>();
  const moment = Promise.withResolvers<void>();
  // It may be rejected while nobody waits.
  moment.promise.catch(() => undefined);

  function openStream(ids: readonly string[]): AsyncIterableIterator<() => Photo, undefined> {
    const left = Promise.withResolvers<void>();
    const remaining = [...ids];
    const end = () => {
      streams.delete(stream);
      left.resolve();
      return { done: true, value: undefined } as const;
    };
    const stream = {
      async next() {
        const id = remaining.shift();
        if (id === undefined) return end();
        await Promise.race([moment.promise, left.promise]);
        if (!streams.has(stream)) return end();
        const value = () => ({ ...unknownPhoto(id), status: 'READY' as const });
        return { done: false, value } as const;
      },
      return: async () => end(),
      [Symbol.asyncIterator]: () => stream,
    };
    streams.add(stream);
    return stream;
  }

  return {
    photos: {
      ...createEmptyModule().photos,
      ready: (_principal, ids) => openStream(ids),
      endWaits: () => moment.reject(new GatewayError('GATEWAY_RESTARTING', 'It restarts.')),
    },
    open: () => streams.size,
    ready: moment.resolve,
  };
}
