import { useEffect, useEffectEvent } from 'react';
import type { Notice } from './notice.ts';
import { decodeOperation } from './shared-operation.ts';
import { useOpenTab } from './use-open-tab.ts';

/**
 * Opens the operation of a shared link in a new tab, and does not run it: anybody can write a link.
 * The address forgets it, so that a reload does not open it once more.
 */
export function useSharedOperation(notice: Notice): void {
  const openTab = useOpenTab();
  const ready = openTab !== null;
  const open = useEffectEvent(() => {
    try {
      const shared = decodeOperation(window.location.hash);
      if (shared === null || openTab === null) return;
      openTab(shared.query, shared.variables);
      notice.say('Opened from a link, and not run. Read it before you run it.');
    } catch (error) {
      notice.say(`The link was ignored: ${error instanceof Error ? error.message : 'unreadable'}.`);
    }
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  });
  useEffect(() => {
    if (!ready) return undefined;
    open();
    const listening = new AbortController();
    window.addEventListener('hashchange', () => open(), { signal: listening.signal });
    return () => listening.abort();
  }, [ready]);
}
