import { makeSmall } from '../files/small-picture.ts';
import type { Pictures } from './pictures.ts';
import type { SmallPictureStorage } from './small-picture-storage.ts';
import type { StudioPhoto } from './studio-photo.ts';

export type Half = 'before' | 'after';

/** Copies of the pictures that are small enough to show many of them. */
export interface SmallPictures {
  /**
   * The address of a copy; of the picture itself if this page may show it, but not read it. Null
   * if there is none.
   *
   * @throws Error if the picture cannot be fetched.
   */
  address(photo: StudioPhoto, half: Half): Promise<string | null>;
  /** Releases what belongs to a photo. */
  drop(key: string): void;
  /** Releases the copies of pictures, and forgets them in the browser's database. */
  forget(urls: readonly (string | null)[]): void;
  close(): void;
}

/** Each is decoded whole for a moment. */
const AT_ONCE = 2;
/** Beyond it, the pictures themselves are shown. */
const MAX_KEPT = 400;

export function createSmallPictures(
  pictures: Pick<Pictures, 'of'>,
  storage: SmallPictureStorage,
): SmallPictures {
  const kept = new Map<string, Promise<string>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  function address({ key, beforeUrl, afterUrl }: StudioPhoto, half: Half): Promise<string | null> {
    const picked = half === 'before' ? pictures.of(key) : null;
    if (picked) return keep(`before ${key}`, () => Promise.resolve(picked));
    const url = half === 'before' ? beforeUrl : afterUrl;
    if (url === null) return Promise.resolve(null);
    const { origin, pathname } = new URL(url, document.baseURI);
    // The page's policy lets it show pictures of other origins, and not read them. A signature in
    // the query changes, and the picture does not.
    if (origin !== window.location.origin) return Promise.resolve(url);
    return keep(pathname, () => fetchPicture(url));
  }

  function keep(id: string, load: () => Promise<Blob>): Promise<string> {
    const known = kept.get(id);
    if (known) return known;
    const made = make(id, load);
    if (kept.size < MAX_KEPT) kept.set(id, made);
    made.catch(() => kept.delete(id));
    return made;
  }

  async function make(id: string, load: () => Promise<Blob>): Promise<string> {
    const stored = await storage.read(id);
    if (stored) return URL.createObjectURL(stored);
    await slot();
    try {
      const small = await makeSmall(await load());
      void storage.save(id, small);
      return URL.createObjectURL(small);
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  }

  async function slot() {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
  }

  function release(id: string) {
    kept.get(id)?.then(
      (url) => URL.revokeObjectURL(url),
      () => undefined,
    );
    kept.delete(id);
  }

  return {
    address,
    drop(key) {
      release(`before ${key}`);
      void storage.remove(`before ${key}`);
    },
    forget(urls) {
      for (const url of urls) {
        if (url === null || url.startsWith('blob:')) continue;
        const { pathname } = new URL(url, document.baseURI);
        release(pathname);
        void storage.remove(pathname);
      }
    },
    close: () => [...kept.keys()].forEach(release),
  };
}

async function fetchPicture(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The picture was answered with ${response.status}.`);
  return response.blob();
}
