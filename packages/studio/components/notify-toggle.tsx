import { useState } from 'preact/hooks';
import { isNotifying, setNotifying } from './notifications.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

/** Asks to be told by the system when the photos are restored. */
export function NotifyToggle() {
  const { notify } = usePage().words.batch;
  const [isOn, setIsOn] = useState(isNotifying);
  const isPossible = 'Notification' in window && Notification.permission !== 'denied';
  if (!isPossible) return null;

  async function toggle() {
    setIsOn(await setNotifying(!isOn));
  }

  return (
    <button
      type="button"
      class="button button-small"
      aria-pressed={isOn}
      onClick={() => void toggle()}
    >
      <Icon name={isOn ? 'check' : 'bell'} />
      {notify}
    </button>
  );
}
