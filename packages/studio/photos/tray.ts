import { effect } from '@preact/signals';
import { isSameFile } from '../files/is-same-file.ts';
import type { FileLimits } from '../files/judge-file.ts';
import type { PreparedFile } from '../files/prepare-file.ts';
import type { PhotoList } from './photo-list.ts';
import { pickedPhoto } from './picked-photo.ts';
import type { Pictures } from './pictures.ts';
import type { StudioPhoto } from './studio-photo.ts';
import type { TrayStorage } from './tray-storage.ts';
import { newKey, type UploadAttempt } from './upload-attempt.ts';

/** The photos that were picked and not sent yet. */
export interface Tray {
  /** Adds files, and checks and converts them one after the other. */
  add(files: Iterable<File>): void;
  /** Adds a file that is known to be sendable, perhaps that of another photo, and returns its key. */
  addChecked(picture: Blob, name: string | null, sameAs: string | null): string;
  /** Adds and drops photos as another tab, or this page before a reload, has left them. */
  reload(): Promise<void>;
  /** Forgets what is stored. */
  clear(): Promise<void>;
  close(): void;
}

export interface TrayOptions {
  readonly list: PhotoList;
  readonly pictures: Pictures;
  readonly storage: TrayStorage;
  readonly limits: () => FileLimits;
  /** Whose tray it is now. */
  readonly owner: () => string;
  readonly attemptOf: (key: string) => UploadAttempt | null;
  /** Called with an upload that was cancelled, and may have been paid. */
  readonly onAttempt: (key: string, attempt: UploadAttempt) => void;
  /** Called when the stored tray has changed. */
  readonly onStored: () => void;
}

export function createTray(options: TrayOptions): Tray {
  const { list, pictures, storage, limits, owner, attemptOf, onAttempt, onStored } = options;
  const stored = new Set<string>();
  let checking = Promise.resolve();
  let isClosed = false;

  function add(files: Iterable<File>) {
    const picked = [...files].map((file) => ({ key: newKey(), file }));
    list.add(
      picked.map(({ key, file }) =>
        pickedPhoto({
          key,
          name: file.name,
          picture: file,
          url: pictures.keep(key, file),
          phase: { name: 'checking' },
        }),
      ),
    );
    for (const { key, file } of picked) checking = checking.then(() => check(key, file));
  }

  function addChecked(picture: Blob, name: string | null, sameAs: string | null) {
    const key = newKey();
    const url = pictures.keep(key, picture);
    list.add([{ ...pickedPhoto({ key, name, picture, url }), sameAs }]);
    return key;
  }

  async function check(key: string, file: File) {
    if (isClosed || list.get(key)?.phase.name !== 'checking') return;
    const chosen = list.tray.value.filter(({ phase }) => phase.name === 'chosen');
    if ((await findSame(file, chosen)) !== null) {
      list.change(key, { phase: { name: 'refused', refusal: { name: 'duplicate' } } });
      return;
    }
    const prepared = await prepare(file);
    if (list.get(key)?.phase.name !== 'checking') return;
    if ('refusal' in prepared) {
      list.change(key, { phase: { name: 'refused', refusal: prepared.refusal } });
      return;
    }
    const { picture, conversion } = prepared;
    const sameAs = await findSame(picture, list.gallery.value);
    list.change(key, {
      phase: { name: 'chosen' },
      conversion,
      sameAs,
      sizeBytes: picture.size,
      ...(picture !== file && { beforeUrl: pictures.keep(key, picture) }),
    });
  }

  async function prepare(file: File): Promise<PreparedFile> {
    try {
      const { prepareFile } = await import('../files/prepare-file.ts');
      return await prepareFile(file, limits());
    } catch {
      // The code could not be loaded. The gateway checks the file too.
      return { picture: file, conversion: null };
    }
  }

  /** The key of the photo that has the same file; null for none. */
  async function findSame(file: Blob, photos: readonly StudioPhoto[]): Promise<string | null> {
    for (const { key } of photos) {
      const picture = pictures.of(key);
      if (picture && (await isSameFile(file, picture))) return key;
    }
    return null;
  }

  async function store() {
    const chosen = list.tray.value.filter(({ phase }) => phase.name === 'chosen');
    const keys = new Set(chosen.map(({ key }) => key));
    const added = chosen.filter(({ key }) => !stored.has(key));
    const gone = [...stored].filter((key) => !keys.has(key));
    if (added.length + gone.length === 0) return;
    for (const { key } of added) stored.add(key);
    for (const key of gone) stored.delete(key);
    const picks = added.flatMap(({ key, name, place: { at }, conversion }) => {
      const picture = pictures.of(key);
      return picture
        ? [{ key, picture, name, owner: owner(), at, conversion, attempt: attemptOf(key) }]
        : [];
    });
    if (gone.length > 0) await storage.remove(gone);
    if (picks.length > 0) await storage.save(picks);
    onStored();
  }

  async function reload() {
    const picks = (await storage.read()).filter((pick) => pick.owner === owner());
    const keys = new Set(picks.map(({ key }) => key));
    for (const key of stored) {
      if (keys.has(key) || list.get(key)?.phase.name !== 'chosen') continue;
      stored.delete(key);
      list.remove(key);
      pictures.drop(key);
    }
    for (const { key, picture, name, at, conversion, attempt } of picks) {
      if (list.get(key) !== null) continue;
      stored.add(key);
      const url = pictures.keep(key, picture);
      list.add([
        { ...pickedPhoto({ key, name, picture, url }), conversion, place: { at, index: 0 } },
      ]);
      if (attempt) onAttempt(key, attempt);
    }
  }

  const stop = effect(() => void store());
  return {
    add,
    addChecked,
    reload,
    clear: () => storage.clear(),
    close() {
      isClosed = true;
      stop();
    },
  };
}
