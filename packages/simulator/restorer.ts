import type { EventEmitter } from 'node:events';
import { rm } from 'node:fs/promises';
import type { SimulatorEvents } from './events.ts';
import type { Settings } from './options.ts';
import type { Picture, Pictures } from './pictures.ts';
import { createQueue, QueueFullError } from './queue.ts';
import { restore } from './restoration/restore.ts';
import { createWait, type Wait } from './wait.ts';

/** Restores pictures one after the other, in the background. */
export interface Restorer {
  /** Whether it accepts no more pictures at the moment. */
  readonly isFull: boolean;
  /** Accepts a picture. It is ready when it is restored and its processing time is over. */
  begin(picture: Picture): void;
  /** Ends the processing time of a picture now. */
  finish(mdf: string): void;
  /** Drops the waiting pictures, and returns when nothing is running any more. */
  close(): Promise<void>;
}

export function createRestorer(
  settings: Settings,
  pictures: Pictures,
  events: EventEmitter<SimulatorEvents>,
): Restorer {
  const queue = createQueue(settings.concurrency, settings.maxQueued);
  const waits = new Map<string, Wait>();
  const works = new Set<Promise<void>>();

  function processingTimeMs({ order }: Picture): number {
    const { processingTimeMs: time, random } = settings;
    return typeof time === 'number' ? time : time(order.repairType, random);
  }

  async function work(picture: Picture, wait: Wait): Promise<void> {
    const files = { source: picture.original.path, target: picture.result.path };
    let state: 'ready' | 'failed' = 'failed';
    try {
      await queue.run(() => restore(picture.order, files, settings.maxPixels));
      await wait.over;
      state = 'ready';
    } catch (error) {
      if (!(error instanceof QueueFullError)) events.emit('fault', error);
    }
    wait.finish();
    pictures.settle(picture, state, settings.now() + settings.keepForMs);
    if (pictures.find(picture.mdf) !== picture) {
      // The picture was removed meanwhile: the result was written after its files were deleted.
      await rm(files.target, { force: true });
    } else if (picture.state === 'ready') {
      events.emit('photoReady', { mdf: picture.mdf });
    }
  }

  async function begin(picture: Picture): Promise<void> {
    const wait = createWait(processingTimeMs(picture));
    waits.set(picture.mdf, wait);
    const working = work(picture, wait);
    works.add(working);
    await working;
    works.delete(working);
    waits.delete(picture.mdf);
  }

  return {
    get isFull() {
      return queue.isFull;
    },
    begin: (picture) => {
      begin(picture).catch((error: unknown) => events.emit('fault', error));
    },
    finish: (mdf) => waits.get(mdf)?.finish(),
    close: async () => {
      for (const wait of waits.values()) wait.finish();
      await queue.close();
      await Promise.allSettled(works);
    },
  };
}
