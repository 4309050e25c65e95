import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'vite';
import { compressAssets } from './compress-assets.ts';

/**
 * How the page of one room is built into `dist/<name>`: its files carry a hash in their names and are
 * served under `/<name>/`.
 */
export function pageConfig(name: string): UserConfig {
  return {
    root: fileURLToPath(new URL(`../${name}/`, import.meta.url)),
    // Relative, so that the page works behind a proxy that puts a prefix before its path.
    base: './',
    plugins: [compressAssets()],
    build: {
      outDir: `../../dist/${name}`,
      emptyOutDir: true,
      assetsDir: `${name}/assets`,
      // As files, so that the page's policy need not allow `data:`.
      assetsInlineLimit: 0,
      // All browsers that a page may ask for know it by now, and the polyfill is a script of its own.
      modulePreload: { polyfill: false },
    },
  };
}
