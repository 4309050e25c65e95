import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/** Wraps long lines, else a narrow window cuts the comments that a newcomer starts from. */
export function useWrappedLines(): void {
  const { queryEditor, variableEditor } = useGraphiQL(pick('queryEditor', 'variableEditor'));
  useEffect(() => {
    queryEditor?.updateOptions({ wordWrap: 'on' });
    variableEditor?.updateOptions({ wordWrap: 'on' });
  }, [queryEditor, variableEditor]);
}
