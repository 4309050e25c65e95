import { Menu } from './menu.tsx';
import { usePage } from './page-context.ts';

/** What a visitor with an access key can do with it. */
export function HeaderMenu() {
  const { studio, words } = usePage();
  return (
    <Menu icon="key" label={words.menu.open} class="header-menu">
      <p>{words.menu.keyInUse}</p>
      <a class="menu-item" href="graphql" data-closes>
        {words.explorer}
      </a>
      <button type="button" class="menu-item" data-closes onClick={() => studio.signOut()}>
        {words.menu.signOut}
      </button>
    </Menu>
  );
}
