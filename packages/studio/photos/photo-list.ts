import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { comparePlaces } from './compare-places.ts';
import type { Phase, StudioPhoto } from './studio-photo.ts';

/** All photos of the page. */
export interface PhotoList {
  /** In the order of picking. */
  readonly tray: ReadonlySignal<readonly StudioPhoto[]>;
  /** By their places. */
  readonly gallery: ReadonlySignal<readonly StudioPhoto[]>;
  get(key: string): StudioPhoto | null;
  byId(id: string): StudioPhoto | null;
  isAnyIn(phase: Phase['name']): boolean;
  /** Adds photos after all others. */
  add(photos: readonly StudioPhoto[]): void;
  change(key: string, change: Partial<StudioPhoto>): void;
  remove(key: string): void;
}

export function createPhotoList(): PhotoList {
  const photos = signal<readonly StudioPhoto[]>([]);

  return {
    tray: computed(() => photos.value.filter(isInTray)),
    gallery: computed(() =>
      photos.value.filter((photo) => !isInTray(photo)).toSorted(comparePlaces),
    ),
    get: (key) => photos.value.find((photo) => photo.key === key) ?? null,
    byId: (id) => photos.value.find((photo) => photo.id === id) ?? null,
    isAnyIn: (phase) => photos.value.some((photo) => photo.phase.name === phase),
    add(added) {
      photos.value = [...photos.value, ...added];
    },
    change(key, change) {
      photos.value = photos.value.map((photo) =>
        photo.key === key ? { ...photo, ...change } : photo,
      );
    },
    remove(key) {
      photos.value = photos.value.filter((photo) => photo.key !== key);
    },
  };
}

const IN_TRAY: ReadonlySet<Phase['name']> = new Set(['checking', 'chosen', 'refused']);

function isInTray({ phase }: StudioPhoto): boolean {
  return IN_TRAY.has(phase.name);
}
