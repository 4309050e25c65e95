import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import type { Example } from './examples.ts';

/** Runs an example with the given variables, in its tab or in a new one where that was closed. */
export function useRunExample(examples: readonly Example[]) {
  const actions = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL(
    pick('tabs', 'queryEditor', 'variableEditor'),
  );
  return (name: string, values: Readonly<Record<string, unknown>>) => {
    const index = tabs.findIndex(({ title }) => title === name);
    if (index === -1) {
      actions.addTab();
      queryEditor?.setValue(examples.find((example) => example.name === name)?.query ?? '');
    } else {
      actions.changeTab(index);
    }
    const variables = JSON.stringify(values, null, 2);
    variableEditor?.setValue(variables);
    // The tab itself learns of it a moment later, and a click on it until then would undo it.
    actions.updateActiveTabValues({ variables });
    actions.run();
  };
}
