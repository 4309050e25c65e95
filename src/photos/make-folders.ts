import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder for its owner alone, and those above it, where they are missing. Node's own recursive form
 * never returns where a file system, such as `/proc`, says that what is there is not.
 * @returns the first folder that was made; undefined for none.
 * @throws Node's error of the first folder that cannot be made.
 */
export function makeFolders(path: string): string | undefined {
  const missing: string[] = [];
  for (let folder = path; isMissing(folder); folder = dirname(folder)) missing.push(folder);
  const topDown = missing.toReversed();
  for (const folder of topDown) make(folder);
  if (topDown.length === 0) make(path);
  return topDown[0];
}

function isMissing(path: string): boolean {
  // A file in the place of a folder is for whoever makes something in it to find.
  return path !== dirname(path) && statSync(path, { throwIfNoEntry: false }) === undefined;
}

function make(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
