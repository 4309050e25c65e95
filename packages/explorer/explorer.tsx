import { GraphiQL, HISTORY_PLUGIN, type GraphiQLProps } from 'graphiql';
import { useState } from 'react';
import type { ExplorerStorage } from './explorer-storage.ts';
import iconUrl from './icon.svg';
import { OperationTabs } from './operation-tabs.tsx';
import { Strip, type StripProps } from './strip.tsx';
import { keepsHeaders } from './withhold-headers.ts';

export interface ExplorerProps extends Omit<StripProps, 'onHeadersEditor'> {
  readonly fetcher: GraphiQLProps['fetcher'];
  readonly storage: ExplorerStorage;
}

const plugins = [HISTORY_PLUGIN];
/** Otherwise the variables editor underlines the null that stands for a file. */
const scalars = { Upload: { type: 'null', description: 'Picked in the strip, sent as a file.' } };

/** GraphiQL with our examples, and the strip that picks files and shows pictures. */
export function Explorer({ fetcher, storage, ...strip }: ExplorerProps) {
  const [keeps] = useState(() => keepsHeaders(storage));
  // GraphiQL asks for the schema before its editors exist. A stored key would not be sent with it.
  const [waiting, setWaiting] = useState(keeps);
  return (
    <GraphiQL
      {...{ fetcher, storage, plugins }}
      // Before anything runs in that tab.
      onTabChange={({ tabs, activeTabIndex }) =>
        strip.exchanges.enter(tabs[activeTabIndex]?.id ?? '')
      }
      {...(waiting && { schema: null })}
      defaultTabs={[...strip.examples]}
      defaultEditorToolsVisibility="variables"
      customScalarSchemas={scalars}
      // The state of GraphiQL's own switch. GraphiQL stores it too, but reads it only if this is
      // true.
      shouldPersistHeaders={keeps}
      showPersistHeadersSettings
    >
      <GraphiQL.Logo>
        <OperationTabs />
        <h1 className="logo">
          <img src={iconUrl} alt="" /> photo-gateway
        </h1>
        {/* Relative: a proxy may add a prefix. */}
        <a className="studio-link" href="./">
          Studio
        </a>
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <Strip {...strip} onHeadersEditor={() => setWaiting(false)} />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}
