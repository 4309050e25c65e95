import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Picture } from './pictures.ts';
import { parseState, type SavedPicture, type SavedState } from './saved-state.ts';

/** The folder of a simulator, and what an earlier simulator left in it. */
export interface OpenedFolder {
  readonly path: string;
  /** The path of the state's file; null in a folder that is deleted at the end. */
  readonly statePath: string | null;
  readonly saved: SavedState | null;
  /** The saved pictures that have all their files. */
  readonly pictures: readonly Picture[];
  /** Deletes a temporary folder. */
  close(): Promise<void>;
}

export interface FolderOptions {
  /** @default a temporary folder */
  readonly directory?: string | undefined;
  /** Called if the state cannot be used. Then all pictures in the folder are deleted. */
  readonly onDamaged: (error: unknown) => void;
}

const STATE_FILE = 'state.json';

/** Names that a simulator gives: of pictures, of results, and of the state, also while it is being written. */
const OWN_NAME =
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}\.jpg|state\.json(?:\.\d+)?)$/;

/**
 * Opens the folder, which is created for its owner alone, and deletes what a simulator left there that the state
 * does not name. Whatever else is in it is somebody's, and stays.
 */
export async function openFolder({ directory, onDamaged }: FolderOptions): Promise<OpenedFolder> {
  if (directory === undefined) {
    const path = await mkdtemp(join(tmpdir(), 'photo-simulator-'));
    const close = () => rm(path, { recursive: true, force: true });
    return { path, statePath: null, saved: null, pictures: [], close };
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const statePath = join(directory, STATE_FILE);
  const saved = await readState(statePath, onDamaged);
  const present = new Set(await readdir(directory));
  const pictures = (saved?.pictures ?? [])
    .map((picture) => pictureIn(directory, picture))
    .filter((picture) => hasFiles(picture, directory, present));
  const known = new Set(pictures.flatMap(({ original, result }) => [original.path, result.path]));
  if (saved !== null) known.add(statePath);
  for (const name of [...present].filter((each) => OWN_NAME.test(each))) {
    const path = join(directory, name);
    if (!known.has(path)) await rm(path, { recursive: true, force: true });
  }
  return { path: directory, statePath, saved, pictures, close: async () => undefined };
}

async function readState(path: string, onDamaged: (error: unknown) => void) {
  try {
    return parseState(await readFile(path, 'utf8'));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) onDamaged(error);
    return null;
  }
}

/** The path of the result of a picture. */
export function resultPath(folder: string, mdf: string): string {
  return join(folder, `${mdf}.jpg`);
}

function pictureIn(folder: string, saved: SavedPicture): Picture {
  const { mdf, originalFile, mediaType, expiresAtMs } = saved;
  return {
    mdf,
    order: saved.order,
    originalName: saved.originalName,
    resultName: resultNameOf(mdf),
    original: { path: join(folder, originalFile), mediaType },
    result: { path: resultPath(folder, mdf), mediaType: 'image/jpeg' },
    state: saved.state,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
}

/** The path of a picture's result in its address. */
export function resultNameOf(mdf: string): string {
  return `life_img/${mdf}01100.jpg`;
}

function hasFiles({ original, result, state }: Picture, folder: string, present: Set<string>) {
  const isPresent = (path: string) => present.has(path.slice(folder.length + 1));
  return isPresent(original.path) && (state !== 'ready' || isPresent(result.path));
}
