import { failureOf } from '../gateway/failure.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { PhotoList } from './photo-list.ts';
import type { StudioPhoto } from './studio-photo.ts';

export interface DeletingOptions {
  readonly list: Pick<PhotoList, 'get' | 'byId'>;
  readonly gateway: Pick<Gateway, 'deletePhoto'>;
  /** Forgets a photo on this page and in this browser. */
  readonly forget: (photo: StudioPhoto) => void;
  /** Called after a photo was deleted. */
  readonly onDeleted: (id: string) => void;
}

/** Deletes photos at the gateway, and then here. */
export interface Deleting {
  /** Resolves with whether it is gone. */
  deletePhoto(key: string): Promise<boolean>;
  /** Forgets a photo that was deleted elsewhere. */
  deletedElsewhere(id: string): void;
}

export function createDeleting({ list, gateway, forget, onDeleted }: DeletingOptions): Deleting {
  return {
    async deletePhoto(key) {
      const photo = list.get(key);
      if (!photo || photo.id === null) return false;
      try {
        await gateway.deletePhoto(photo.id);
      } catch (error) {
        // It was deleted before.
        if (failureOf(error).code !== 'PHOTO_NOT_FOUND') return false;
      }
      forget(photo);
      onDeleted(photo.id);
      return true;
    },
    deletedElsewhere(id) {
      const photo = list.byId(id);
      if (photo) forget(photo);
    },
  };
}
