import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import type { Example } from './examples.ts';
import type { NextStep } from './next-steps.ts';

/** Runs an example with the given variables, in its tab, or in a new one if that was closed. */
export function useRunExample(examples: readonly Example[]) {
  const actions = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor, headerEditor } = useGraphiQL(
    pick('tabs', 'queryEditor', 'variableEditor', 'headerEditor'),
  );
  return ({ example: name, variables: values }: Omit<NextStep, 'label'>) => {
    const headersBefore = headerEditor?.getValue() ?? '';
    // While a subscription is running, `run` would only stop that.
    actions.stop();
    const index = tabs.findIndex(({ title }) => title === name);
    if (index === -1) {
      actions.addTab();
      queryEditor?.setValue(examples.find((example) => example.name === name)?.query ?? '');
    } else {
      actions.changeTab(index);
    }
    const variables = JSON.stringify(values, null, 2);
    variableEditor?.setValue(variables);
    // Without the key the next step would be refused. It runs before anything else could bring the
    // key.
    if (headerEditor?.getValue().trim() === '') headerEditor.setValue(headersBefore);
    // The tab itself learns of it a moment later. A click on it until then would undo it.
    actions.updateActiveTabValues({ variables });
    actions.run();
  };
}
