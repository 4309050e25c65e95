import { goToGallery } from './go-to-gallery.ts';
import { usePage } from './page-context.ts';
import { sendState } from './send-state.ts';
import { WorkLink } from './work-link.tsx';

/** Sends the tray, and states the cost beforehand. */
export function SendBar() {
  const { studio, words } = usePage();
  const { tray, repair, quota, connection } = studio;
  const { action, blocked, reason, tone } = sendState(
    {
      tray: tray.value,
      repair: repair.value,
      quota: quota.value,
      connection: connection.value,
    },
    words,
  );
  return (
    <div class="send-bar">
      <button
        type="button"
        class="button button-primary button-send"
        // Not `disabled`: so it keeps the focus, and says why it is blocked.
        aria-disabled={blocked}
        aria-describedby="send-reason"
        onClick={() => {
          if (!blocked) {
            studio.send();
            goToGallery();
          } else if (connection.value === 'signed-out') focusKeyField();
        }}
      >
        {action}
      </button>
      <WorkLink />
      <p id="send-reason" class="send-reason" data-tone={tone}>
        {reason}
      </p>
    </div>
  );
}

function focusKeyField() {
  document.querySelector<HTMLElement>('.access .field')?.focus();
}
