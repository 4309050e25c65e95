import { pick, useGraphiQL, useMonaco } from '@graphiql/react';
import { useEffect } from 'react';
import { DARK_THEME } from './dark-theme.ts';

/**
 * Sets what GraphiQL has no setting for. Long lines are wrapped: otherwise a narrow window cuts off
 * the comments that a newcomer starts from, and every key. Words of the text are no suggestions:
 * they would stand among the fields. Dark comments and line numbers can be read.
 */
export function useEditorOptions(): void {
  const monaco = useMonaco((state) => state.monaco);
  const { queryEditor, variableEditor, headerEditor } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'headerEditor'),
  );
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor]) {
      editor?.updateOptions({ wordWrap: 'on', wordBasedSuggestions: 'off' });
    }
  }, [queryEditor, variableEditor, headerEditor]);
  useEffect(() => {
    monaco?.editor.defineTheme('graphiql-DARK', DARK_THEME);
  }, [monaco]);
}
