import { LRUCache } from 'lru-cache';
import type { Photo } from './photo.ts';

/** What the gateway remembers of the photos that it has seen. */
export interface PhotoStore {
  get(id: string): Photo | undefined;
  /** Remembers `photo` in place of whatever was known under its id. */
  put(photo: Photo): void;
}

/**
 * A store in this process' memory: gone with a restart, and forgetting the photos that were not asked
 * for longest once it holds `maxPhotos`.
 */
export function createMemoryStore({ maxPhotos = 100_000 } = {}): PhotoStore {
  const photos = new LRUCache<string, Photo>({ max: maxPhotos });
  return {
    get: (id) => photos.get(id),
    put: (photo) => void photos.set(photo.id, photo),
  };
}
