/* oxlint-disable import/no-unassigned-import -- Styles and workers are imported for what they do. */
// Monaco checks its two languages in workers. This import tells it where Vite put them.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './style.css';
import { createRoot } from 'react-dom/client';
import quotaQuery from '../../schema/operations/quota.graphql?raw';
import { examples } from './examples.ts';
import { createExchanges } from './exchanges.ts';
import { Explorer } from './explorer.tsx';
import { createFetcher } from './fetcher.ts';
import { createKnownSchema } from './known-schema.ts';
import { createNotice } from './notice.ts';
import { createQuota } from './quota.ts';
import { createSession } from './session.ts';
import { createExplorerStorage } from './storage.ts';
import { createTransportChoice } from './transport.ts';

const container = document.querySelector('#explorer');
if (container === null) throw new Error('The page has no container for the explorer.');

// The page is served at the endpoint itself, whatever prefix a proxy adds.
const url = window.location.pathname;
const storage = createExplorerStorage({ items: window.localStorage, examples });
const session = createSession();
const transport = createTransportChoice(storage);
const quota = createQuota({ url, query: quotaQuery });
const knownSchema = createKnownSchema();
const exchanges = createExchanges();
const notice = createNotice();
const fetcher = createFetcher({ url, session, transport, quota, knownSchema, exchanges });

createRoot(container).render(
  <Explorer
    {...{ examples, fetcher, storage, session, transport, quota, knownSchema, exchanges, notice }}
  />,
);
