import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/**
 * Wraps long lines. Otherwise a narrow window cuts off the comments that a newcomer starts from,
 * and every key.
 */
export function useWrappedLines(): void {
  const { queryEditor, variableEditor, headerEditor } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'headerEditor'),
  );
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor]) {
      editor?.updateOptions({ wordWrap: 'on' });
    }
  }, [queryEditor, variableEditor, headerEditor]);
}
