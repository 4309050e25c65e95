import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(brotliCompress);
/** Two steps more make the files three per cent smaller, and take ten times as long. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
const compressions = {
  br: (content: string | Uint8Array) => brotli(content, BROTLI),
  gz: promisify<string | Uint8Array, Buffer>(gzip),
};

/**
 * Writes a `.br` and a `.gz` beside every script and style, so that the gateway need not compress
 * them while it serves.
 */
export function compressAssets(): Plugin {
  return {
    name: 'compress-assets',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const outputs = Object.values(bundle).filter(({ fileName }) =>
        /\.(?:js|css)$/.test(fileName),
      );
      const packed = outputs.flatMap((output) => {
        const content = output.type === 'chunk' ? output.code : output.source;
        return Object.entries(compressions).map(async ([suffix, compress]) =>
          writeFile(join(dir, `${output.fileName}.${suffix}`), await compress(content)),
        );
      });
      await Promise.all(packed);
    },
  };
}
