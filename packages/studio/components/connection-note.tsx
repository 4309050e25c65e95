import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

/** While the gateway is out of reach; what waits for it goes on by itself. */
export function ConnectionNote() {
  const { studio, words } = usePage();
  if (studio.connection.value !== 'reconnecting') return null;
  return (
    <p class="connection-note">
      <Icon name="offline" />
      {words.reconnecting}
    </p>
  );
}
