import { useEffect, useEffectEvent } from 'react';
import type { Outcome } from './outcome.ts';
import type { Quota } from './quota.ts';

/**
 * Asks for the uploads left when the page opens and when other headers are written, since they may be
 * another client's, and when an answer tells that the key is not let in any more.
 */
export function useQuotaOfHeaders(quota: Quota, headers: Headers, outcome: Outcome | null): void {
  const ask = useEffectEvent(() => void quota.ask(headers));
  useEffect(() => {
    ask();
  }, [quota, headers]);
  useEffect(() => {
    if (outcome?.code === 'UNAUTHENTICATED') ask();
  }, [outcome]);
}
