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
  /** The path of the original, and of the restored picture: `img/…`, `life_img/…`. */
  readonly originalName: string;
  readonly resultName: string;
  readonly original: StoredFile;
  readonly result: StoredFile;
  state: 'processing' | 'ready' | 'failed';
  /**
   * When the picture expires, in milliseconds since 1970; undefined while it is being processed.
   */
  expiresAtMs?: number;
}

/** The stored pictures. Each is kept until it expires. */
export interface Pictures {
  readonly all: readonly Picture[];
  readonly isFull: boolean;
  add(picture: Picture): void;
  /** Notes how the work on a picture ended, and when the picture expires. */
  settle(picture: Picture, state: 'ready' | 'failed', expiresAtMs: number): void;
  /** Does not find expired pictures. */
  find(mdf: string): Picture | undefined;
  /** Finds the file of a name. The file of a result exists only once it is ready. */
  findFile(name: string): StoredFile | undefined;
  /** Forgets a picture and deletes its files. */
  remove(mdf: string): void;
  /** Removes all expired pictures. A look-up of one picture does the same for that one. */
  sweep(): void;
}

export interface PicturesOptions {
  /** The current time, in milliseconds since 1970. */
  readonly now: () => number;
  readonly maxPictures: number;
  /** Called when a picture has changed or was removed. */
  readonly onChange: () => void;
}

export function createPictures({ now, maxPictures, onChange }: PicturesOptions): Pictures {
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
    onChange();
  }

  return {
    get all() {
      return [...byMdf.values()];
    },
    get isFull() {
      return byMdf.size >= maxPictures;
    },
    add: (picture) => {
      byMdf.set(picture.mdf, picture);
      byName.set(picture.originalName, picture);
      byName.set(picture.resultName, picture);
    },
    settle: (picture, state, expiresAtMs) => {
      picture.state = state;
      picture.expiresAtMs = expiresAtMs;
      onChange();
    },
    find,
    findFile,
    remove,
    sweep: () => {
      for (const mdf of byMdf.keys()) find(mdf);
    },
  };
}

/** Not awaited: a file that cannot be deleted now goes with the whole folder at the end. */
function deleteFile(path: string): void {
  rm(path, { force: true }).catch(() => undefined);
}
