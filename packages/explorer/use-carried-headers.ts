import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/**
 * Takes the headers along to a tab, or an entry of the history, that has none: GraphiQL keeps them for each
 * tab, and a key that was typed in one would be missing in the next.
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
      // A flush is GraphiQL's, which brings what a tab holds. Whoever empties the editor by hand means it.
      if (!isFlush || !isBlank(text)) carried = text;
      // Written from within this event, Monaco's view would lose count of its lines, and throw.
      else queueMicrotask(refill);
    });
    return () => listening.dispose();
  }, [headerEditor]);
}

function isBlank(text = ''): boolean {
  return text.trim() === '';
}
