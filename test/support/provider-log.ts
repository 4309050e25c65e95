import type { ProviderOptions } from '../../src/provider/create-provider.ts';

type ProviderLog = NonNullable<ProviderOptions['log']>;

/** A log that keeps its lines, each as one text with everything that it was told. */
export function collectLog(): { readonly log: ProviderLog; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (...line: unknown[]) => {
    lines.push(JSON.stringify(line));
  };
  return { log: { info: write, warn: write }, lines };
}
