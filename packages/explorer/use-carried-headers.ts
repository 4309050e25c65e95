import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/**
 * Copies the headers to a tab, or an entry of the history, that has none. GraphiQL keeps them for
 * each tab, so a key that was typed in one would be missing in the next.
 */
export function useCarriedHeaders(): void {
  const { headerEditor } = useGraphiQL(pick('headerEditor'));
  useEffect(() => {
    if (!headerEditor) return undefined;
    let carried = headerEditor.getValue();
    function refill() {
      if (isBlank(headerEditor?.getValue()) && !isBlank(carried)) headerEditor?.setValue(carried);
    }
    const listening = headerEditor.onDidChangeModelContent(({ isFlush }) => {
      const text = headerEditor.getValue();
      // A flush comes from GraphiQL, and brings the content of a tab. A user who empties the editor
      // by hand means it.
      if (!isFlush || !isBlank(text)) carried = text;
      // If written within this event, Monaco's view would lose count of its lines, and throw.
      else queueMicrotask(refill);
    });
    return () => listening.dispose();
  }, [headerEditor]);
}

function isBlank(text = ''): boolean {
  return text.trim() === '';
}
