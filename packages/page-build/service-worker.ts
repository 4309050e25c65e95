import type { Plugin } from 'vite';

/**
 * Builds a service worker beside the page, as `service-worker.js`: a browser knows it by its
 * address, which must not change.
 *
 * @param path - Its source, which must import nothing.
 */
export function serviceWorker(path: string): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: path, fileName: 'service-worker.js' });
    },
  };
}
