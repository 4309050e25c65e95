import { fileURLToPath } from 'node:url';
import type { Plugin, UserConfig } from 'vite';
import { compressAssets } from './compress-assets.ts';

/**
 * The build of one page into `dist/<name>`. Its files have a hash in their names and are served
 * under `/<name>/`.
 *
 * @param plugins - Those of this page alone.
 */
export function pageConfig(name: string, plugins: readonly Plugin[] = []): UserConfig {
  return {
    root: fileURLToPath(new URL(`../${name}/`, import.meta.url)),
    // Relative, so that the page works behind a proxy that adds a prefix to its path.
    base: './',
    plugins: [...plugins, compressAssets()],
    build: {
      outDir: `../../dist/${name}`,
      emptyOutDir: true,
      assetsDir: `${name}/assets`,
      // Separate files, so that the page's policy need not allow `data:`.
      assetsInlineLimit: 0,
      // All supported browsers have it, and the polyfill is a further script.
      modulePreload: { polyfill: false },
    },
  };
}
