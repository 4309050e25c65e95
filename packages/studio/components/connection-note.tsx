import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

/** A note that the gateway is unreachable. Waiting work resumes by itself. */
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
