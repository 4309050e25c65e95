import { rm } from 'node:fs/promises';
import type { Order } from './restoration/restore.ts';

/** A file that is served under `/static`. */
export interface StoredFile {
  readonly path: string;
  readonly mediaType: string;
}

export interface Picture {
  readonly mdf: string;
  readonly order: Order;
  /** Where the picture as uploaded, and as restored, is served: `img/…`, `life_img/…`. */
  readonly originalName: string;
  readonly resultName: string;
  readonly original: StoredFile;
  readonly result: StoredFile;
  state: 'processing' | 'ready' | 'failed';
  /** When it stops being kept, in milliseconds since 1970; undefined while it is being processed. */
  expiresAtMs?: number;
}

/** The pictures that are kept, each to its end. */
export interface Pictures {
  readonly isFull: boolean;
  add(picture: Picture): void;
  /** Finds nothing that has expired. */
  find(mdf: string): Picture | undefined;
  /** Finds the file behind a name; the result's only once it is ready. */
  findFile(name: string): StoredFile | undefined;
  /** Forgets a picture and deletes its files. */
  remove(mdf: string): void;
  /** Removes whatever has expired; asking for a picture does the same for that one. */
  sweep(): void;
}

export function createPictures(now: () => number, maxPictures: number): Pictures {
  const byMdf = new Map<string, Picture>();
  const byName = new Map<string, Picture>();

  function find(mdf: string): Picture | undefined {
    const picture = byMdf.get(mdf);
    if (picture === undefined || (picture.expiresAtMs ?? Number.POSITIVE_INFINITY) > now())
      return picture;
    remove(mdf);
    return undefined;
  }

  function findFile(name: string): StoredFile | undefined {
    const picture = find(byName.get(name)?.mdf ?? '');
    if (picture?.originalName === name) return picture.original;
    return picture?.state === 'ready' ? picture.result : undefined;
  }

  function remove(mdf: string): void {
    const picture = byMdf.get(mdf);
    if (picture === undefined) return;
    byMdf.delete(mdf);
    byName.delete(picture.originalName);
    byName.delete(picture.resultName);
    deleteFile(picture.original.path);
    deleteFile(picture.result.path);
  }

  return {
    get isFull() {
      return byMdf.size >= maxPictures;
    },
    add: (picture) => {
      byMdf.set(picture.mdf, picture);
      byName.set(picture.originalName, picture);
      byName.set(picture.resultName, picture);
    },
    find,
    findFile,
    remove,
    sweep: () => {
      for (const mdf of byMdf.keys()) find(mdf);
    },
  };
}

/** Not awaited: what cannot be deleted now goes with the whole folder at the end. */
function deleteFile(path: string): void {
  rm(path, { force: true }).catch(() => undefined);
}
