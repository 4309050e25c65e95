import type { ProviderOptions } from '../../src/provider/create-provider.ts';

type ProviderLog = NonNullable<ProviderOptions['log']>;

/** A log that collects its lines, each as one text with all its fields. */
export function collectLog(): { readonly log: ProviderLog; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (...line: unknown[]) => {
    lines.push(JSON.stringify(line));
  };
  return { log: { info: write, warn: write }, lines };
}
