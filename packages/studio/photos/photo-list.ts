import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Phase, StudioPhoto } from './studio-photo.ts';

/** All photos of the page, in the order in which they are shown. */
export interface PhotoList {
  readonly tray: ReadonlySignal<readonly StudioPhoto[]>;
  readonly gallery: ReadonlySignal<readonly StudioPhoto[]>;
  get(key: string): StudioPhoto | null;
  byId(id: string): StudioPhoto | null;
  isAnyIn(phase: Phase['name']): boolean;
  /** Adds photos after all others. */
  add(photos: readonly StudioPhoto[]): void;
  change(key: string, change: Partial<StudioPhoto>): void;
  remove(key: string): void;
  /** Moves photos before all others, in their current order. */
  moveToFront(keys: readonly string[]): void;
}

export function createPhotoList(): PhotoList {
  const photos = signal<readonly StudioPhoto[]>([]);

  return {
    tray: computed(() => photos.value.filter(isInTray)),
    gallery: computed(() => photos.value.filter((photo) => !isInTray(photo))),
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
    moveToFront(keys) {
      const moved = photos.value.filter(({ key }) => keys.includes(key));
      const others = photos.value.filter(({ key }) => !keys.includes(key));
      photos.value = [...moved, ...others];
    },
  };
}

function isInTray({ phase }: StudioPhoto): boolean {
  return phase.name === 'chosen' || phase.name === 'refused';
}
