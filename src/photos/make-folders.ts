import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a folder for its owner alone, and its missing parents. Node's own recursive form never
 * returns if a file system, such as `/proc`, reports an existing entry as missing.
 * @returns the first folder that was created; undefined if none was.
 * @throws Node's error for the first folder that cannot be created.
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
  // If a file is in the place of a folder, a later operation in it reports that.
  return path !== dirname(path) && statSync(path, { throwIfNoEntry: false }) === undefined;
}

function make(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it meanwhile.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
