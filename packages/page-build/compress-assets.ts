import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const compress = promisify(gzip);

/**
 * Writes a `.gz` beside every script and style, so that the gateway need not compress them while it
 * serves.
 */
export function compressAssets(): Plugin {
  return {
    name: 'compress-assets',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const outputs = Object.values(bundle).filter(({ fileName }) =>
        /\.(?:js|css)$/.test(fileName),
      );
      await Promise.all(
        outputs.map(async (output) => {
          const content = output.type === 'chunk' ? output.code : output.source;
          await writeFile(join(dir, `${output.fileName}.gz`), await compress(content));
        }),
      );
    },
  };
}
