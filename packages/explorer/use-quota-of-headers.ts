import { useEffect, useEffectEvent } from 'react';
import type { ResultPhotos } from './result-photos.ts';
import type { Quota } from './quota.ts';

/**
 * Refreshes the uploads left when the page opens, when the headers change, since they may be
 * another client's, and when a result says that the key is no longer accepted.
 */
export function useQuotaOfHeaders(
  quota: Quota,
  headers: Headers,
  result: ResultPhotos | null,
): void {
  const ask = useEffectEvent(() => void quota.ask(headers));
  useEffect(() => {
    ask();
  }, [quota, headers]);
  useEffect(() => {
    if (result?.code === 'UNAUTHENTICATED') ask();
  }, [result]);
}
