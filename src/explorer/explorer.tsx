import { GraphiQL, HISTORY_PLUGIN, type GraphiQLProps } from 'graphiql';
import type { Example } from './examples.ts';
import iconUrl from './icon.svg';
import type { Session } from './session.ts';
import type { ExplorerStorage } from './storage.ts';
import { Strip } from './strip.tsx';

export interface ExplorerProps {
  readonly examples: readonly Example[];
  readonly fetcher: GraphiQLProps['fetcher'];
  readonly session: Session;
  readonly storage: ExplorerStorage;
}

const plugins = [HISTORY_PLUGIN];
/** Else the variables editor underlines the null that a file is sent as. */
const scalars = { Upload: { type: 'null', description: 'Picked in the strip, sent as a file.' } };

/** GraphiQL with our examples, and the strip that picks files and shows pictures. */
export function Explorer({ examples, fetcher, session, storage }: ExplorerProps) {
  return (
    <GraphiQL
      {...{ fetcher, storage, plugins }}
      defaultTabs={[...examples]}
      defaultEditorToolsVisibility="variables"
      customScalarSchemas={scalars}
    >
      <GraphiQL.Logo>
        <span className="logo">
          <img src={iconUrl} alt="" /> photo-gateway
        </span>
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <Strip {...{ examples, session }} />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}
