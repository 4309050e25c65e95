import type { Plugin } from 'vite';

/**
 * Puts all modules that a page needs to show itself into one file. Otherwise each of them that is
 * also used by a part that is loaded later becomes a file of its own.
 */
export function oneFirstChunk(): Plugin {
  const first = new Set<string>();
  return {
    name: 'one-first-chunk',
    apply: 'build',
    config: () => ({
      build: {
        rolldownOptions: {
          output: { codeSplitting: { groups: [{ name: 'page', test: (id) => first.has(id) }] } },
        },
      },
    }),
    buildEnd() {
      const waiting = [...this.getModuleIds()].filter((id) => id.endsWith('.html'));
      for (const id of waiting) {
        if (first.has(id)) continue;
        first.add(id);
        waiting.push(...(this.getModuleInfo(id)?.importedIds ?? []));
      }
    },
  };
}
