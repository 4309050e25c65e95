import { createSecret } from '../../src/common/secret.ts';
import { createProvider, type ProviderOptions } from '../../src/provider/create-provider.ts';
import type { Provider, ProviderUpload } from '../../src/provider/provider.ts';

/**
 * A provider client for `url` that retries fast, and does not cache the quota. It closes with its
 * scope.
 */
export function connectProvider(
  url: string,
  options: Partial<ProviderOptions> = {},
): Provider & AsyncDisposable {
  const provider = createProvider({
    baseUrl: new URL(url),
    accountCode: 'hiliad',
    secretKey: createSecret('hiliad'),
    timeoutMs: 10_000,
    uploadTimeoutMs: 20_000,
    retryBaseDelayMs: 1,
    quotaMaxAgeMs: 0,
    ...options,
  });
  return Object.assign(provider, { [Symbol.asyncDispose]: () => provider.close() });
}

/** An upload of `bytes`: the chunks themselves, or a stream of them. */
export function uploadOf(
  bytes: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  upload: Partial<ProviderUpload> = {},
): ProviderUpload {
  return {
    repairType: 'SUPER_RESOLUTION',
    background: null,
    fileName: 'photo.jpg',
    mediaType: 'image/jpeg',
    bytes: Symbol.asyncIterator in bytes ? bytes : streamOf(bytes),
    ...upload,
  };
}

async function* streamOf(chunks: readonly Uint8Array[]) {
  yield* chunks;
}
