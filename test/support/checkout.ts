import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const NOT_COPIED = new Set(['.git', 'node_modules', 'dist', 'data', 'coverage']);

/** Copies the checkout with its uncommitted changes, without anything installed or built. */
export async function copyCheckout(directory: string): Promise<void> {
  await cp(checkout, directory, {
    recursive: true,
    filter: (path) => path === checkout || !NOT_COPIED.has(basename(path)),
  });
}

/** Copies what `npm ci` has built in this checkout. */
export async function copyBuilt(directory: string): Promise<void> {
  await cp(join(checkout, 'dist'), join(directory, 'dist'), { recursive: true });
}
