import { pick, useGraphiQL } from '@graphiql/react';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { parseHeaders } from './headers.ts';

/** The pause in typing after which the text counts, in milliseconds. */
const QUIET_MS = 500;

/**
 * The headers in the headers editor, debounced: a new object for each new text. While the text is
 * invalid, the last valid headers.
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
