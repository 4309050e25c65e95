/* oxlint-disable import/no-unassigned-import -- Styles and workers are imported for what they do. */
// Monaco's two languages check what is typed in workers; this tells it where Vite put them.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './style.css';
import { createRoot } from 'react-dom/client';
import { examples } from './examples.ts';
import { Explorer } from './explorer.tsx';
import { createFetcher } from './fetcher.ts';
import { createSession } from './session.ts';
import { createExplorerStorage } from './storage.ts';

const container = document.querySelector('#explorer');
if (container === null) throw new Error('The page has no place for the explorer.');

const session = createSession();
// The page stands at the endpoint itself, whatever prefix a proxy gave it.
const fetcher = createFetcher({ url: window.location.pathname, session });
const storage = createExplorerStorage({ items: window.localStorage, examples });

createRoot(container).render(<Explorer {...{ examples, fetcher, session, storage }} />);
