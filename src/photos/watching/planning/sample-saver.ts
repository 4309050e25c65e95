import type { Log } from '../../../common/log.ts';
import type { Store } from '../../store/store.ts';
import type { ProcessingTimeSamples } from './processing-time-samples.ts';

/** Stores samples some time after they change, so that many photos cost few writes. */
export interface SampleSaver {
  /** Notes that the samples of a class have changed. */
  changed(sampleClass: string): void;
  /** Resolves when all changes are stored. */
  settled(): Promise<void>;
}

export interface SampleSaverOptions {
  readonly store: Pick<Store, 'saveSamples'>;
  readonly samplesOf: (sampleClass: string) => ProcessingTimeSamples;
  readonly log: Log;
}

/** How long changes are collected, in milliseconds. A process that is killed loses as much. */
const DELAY_MS = 1000;

export function createSampleSaver({ store, samplesOf, log }: SampleSaverOptions): SampleSaver {
  const unsaved = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let saving = Promise.resolve();

  function changed(sampleClass: string) {
    unsaved.add(sampleClass);
    timer ??= setTimeout(save, DELAY_MS).unref();
  }

  function save() {
    clearTimeout(timer);
    timer = undefined;
    for (const sampleClass of unsaved) saving = saving.then(() => saveOne(sampleClass));
    unsaved.clear();
  }

  async function saveOne(sampleClass: string): Promise<void> {
    try {
      await store.saveSamples(sampleClass, samplesOf(sampleClass));
    } catch (error) {
      const text = 'A processing time cannot be stored; polls are planned with it all the same';
      log.warn({ err: error }, text);
    }
  }

  async function settled(): Promise<void> {
    save();
    await saving;
  }

  return { changed, settled };
}
