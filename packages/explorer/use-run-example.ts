import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import type { Example } from './examples.ts';
import type { NextStep } from './next-steps.ts';
import { useOpenTab } from './use-open-tab.ts';

/** Runs an example with the given variables, in its tab, or in a new one if that was closed. */
export function useRunExample(examples: readonly Example[]) {
  const actions = useGraphiQLActions();
  const openTab = useOpenTab();
  const { tabs, variableEditor, headerEditor } = useGraphiQL(
    pick('tabs', 'variableEditor', 'headerEditor'),
  );
  return ({ example: name, variables: values }: Omit<NextStep, 'label'>) => {
    const headersBefore = headerEditor?.getValue() ?? '';
    // While a subscription is running, `run` would only stop that.
    actions.stop();
    const index = tabs.findIndex(({ title }) => title === name);
    const variables = JSON.stringify(values, null, 2);
    if (index === -1) {
      openTab?.(examples.find((example) => example.name === name)?.query ?? '', variables);
    } else {
      actions.changeTab(index);
    }
    variableEditor?.setValue(variables);
    // Without the key the next step would be refused. It runs before anything else could bring the
    // key.
    if (headerEditor?.getValue().trim() === '') headerEditor.setValue(headersBefore);
    // The tab itself learns of it a moment later. A click on it until then would undo it.
    actions.updateActiveTabValues({ variables });
    actions.run();
  };
}
