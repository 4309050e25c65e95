import type { IncomingPicture } from '../../src/photos/archive/archive.ts';
import {
  createResultFetcher,
  type ResultFetcherOptions,
} from '../../src/photos/archive/fetch-result.ts';
import { createResultHosts } from '../../src/photos/archive/result-hosts.ts';

const NEVER = new AbortController().signal;

export interface TestFetcherOptions extends Partial<ResultFetcherOptions> {
  readonly named?: readonly string[];
}

/** A fetcher for a provider whose API is at `apiUrl`. It stores pictures in memory. */
export function openFetcher(apiUrl: string, { named, ...options }: TestFetcherOptions = {}) {
  const hosts = createResultHosts({ apiUrl: new URL(apiUrl), named: named ?? null });
  const fetcher = createResultFetcher({ hosts, ...options });
  const kept: { readonly mediaType: string; readonly bytes: Buffer }[] = [];
  let begun = 0;

  async function save({ mediaType, bytes }: IncomingPicture) {
    begun += 1;
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    kept.push({ mediaType, bytes: Buffer.concat(chunks) });
  }

  return {
    ...fetcher,
    /** Fetches and stores a picture. */
    fetch: (url: string, signal = NEVER) => fetcher.fetchResult(url, signal, save),
    /** The pictures that arrived completely. */
    kept,
    /** Number of pictures that were passed on, complete in the end or not. */
    get begun() {
      return begun;
    },
    [Symbol.asyncDispose]: () => fetcher.close(),
  };
}
