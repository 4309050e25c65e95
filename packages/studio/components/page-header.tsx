import iconUrl from '../icon.svg';
import { ConnectionNote } from './connection-note.tsx';
import { HeaderMenu } from './lazy-parts.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { QuotaLine } from './quota-line.tsx';

/** The header, always visible: whose page this is, and what is left to spend. */
export function PageHeader() {
  const { studio, words } = usePage();
  const isSignedIn = studio.wasKeyAccepted.value && studio.connection.value !== 'signed-out';
  return (
    <header class="header">
      <div class="header-row">
        <p class="brand">
          <img class="mark" src={iconUrl} alt="" width="32" height="32" />
          <span class="brand-name">{words.name}</span>
        </p>
        <QuotaLine />
        {/* Relative to the page, whatever prefix a proxy adds. */}
        <a class="header-link" href="graphql" title={words.explorer}>
          <Icon name="code" />
          <span class="header-link-text">{words.explorer}</span>
        </a>
        {isSignedIn && <HeaderMenu />}
      </div>
      <ConnectionNote />
    </header>
  );
}
