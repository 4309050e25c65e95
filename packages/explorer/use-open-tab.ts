import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';

/** Opens a new tab with this query and these variables; with the headers of the one before. */
export function useOpenTab() {
  const actions = useGraphiQLActions();
  const { queryEditor, variableEditor, headerEditor } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'headerEditor'),
  );
  if (!queryEditor || !variableEditor) return null;
  return (query: string, variables: string) => {
    const headersBefore = headerEditor?.getValue() ?? '';
    actions.addTab();
    queryEditor.setValue(query);
    variableEditor.setValue(variables);
    if (headerEditor?.getValue().trim() === '') headerEditor.setValue(headersBefore);
    // The tab itself learns of it a moment later. A click on another tab until then would undo it.
    actions.updateActiveTabValues({ query, variables });
  };
}
