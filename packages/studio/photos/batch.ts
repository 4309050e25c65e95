import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { PhotoList } from './photo-list.ts';
import type { Phase, StudioPhoto } from './studio-photo.ts';

/** The photos that are restored together: all that were at work since there was last none. */
export interface Batch {
  readonly photos: readonly StudioPhoto[];
  /** How many are on their way or being restored. */
  readonly atWork: number;
  readonly ready: number;
  readonly failed: number;
  /** When the first began, in milliseconds since 1970. */
  readonly startedAt: number;
}

export interface BatchWatch {
  readonly batch: ReadonlySignal<Batch>;
  /** Forgets the photos of a batch that is over. */
  dismiss(): void;
  close(): void;
}

const AT_WORK: ReadonlySet<Phase['name']> = new Set([
  'queued',
  'uploading',
  'interrupted',
  'processing',
]);

/** Whether a photo is on its way or being restored. */
export function isAtWork({ phase }: Pick<StudioPhoto, 'phase'>): boolean {
  return AT_WORK.has(phase.name);
}

export function watchBatch(list: Pick<PhotoList, 'gallery'>): BatchWatch {
  const members = signal<ReadonlySet<string>>(new Set());
  let startedAt = 0;

  const batch = computed(() => {
    const photos = list.gallery.value.filter(({ key }) => members.value.has(key));
    const inPhase = (name: Phase['name']) => photos.filter(({ phase }) => phase.name === name);
    return {
      photos,
      atWork: photos.filter(isAtWork).length,
      ready: inPhase('ready').length,
      failed: inPhase('failed').length,
      startedAt,
    };
  });

  const close = effect(() => {
    const added = list.gallery.value.filter(
      (photo) => isAtWork(photo) && !members.peek().has(photo.key),
    );
    if (added.length === 0) return;
    const isOver = batch.peek().photos.every(({ key, phase }) => {
      return !isAtWork({ phase }) || added.some((photo) => photo.key === key);
    });
    if (isOver) startedAt = Date.now();
    members.value = new Set([...(isOver ? [] : members.peek()), ...added.map(({ key }) => key)]);
  });

  return {
    batch,
    dismiss() {
      members.value = new Set();
    },
    close,
  };
}
