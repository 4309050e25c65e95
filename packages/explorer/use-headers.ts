import { pick, useGraphiQL } from '@graphiql/react';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { parseHeaders } from './headers.ts';

/** How long nothing may be typed before it counts. */
const QUIET_MS = 500;

/**
 * What the headers editor says, once its text has stood still: a new object for each new text. While it is
 * not valid, what was said before.
 */
export function useHeaders(): Headers {
  const { headerEditor, initialHeaders } = useGraphiQL(pick('headerEditor', 'initialHeaders'));
  const subscribe = useCallback(
    (notify: () => void) => {
      const listening = headerEditor?.onDidChangeModelContent(notify);
      return () => listening?.dispose();
    },
    [headerEditor],
  );
  const text = useSyncExternalStore(subscribe, () => headerEditor?.getValue() ?? initialHeaders);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (parseHeaders(text) !== null) setSettled(text);
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return useMemo(() => parseHeaders(settled) ?? new Headers(), [settled]);
}
