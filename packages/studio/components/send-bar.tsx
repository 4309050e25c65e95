import { usePage } from './page-context.ts';
import { sendState } from './send-state.ts';

/** Sends the tray, and states the cost beforehand. */
export function SendBar() {
  const { studio, words } = usePage();
  const { photos, blocked, reason, tone } = sendState(studio.tray.value, studio.quota.value, words);
  return (
    <div class="send-bar">
      <button
        type="button"
        class="button button-primary button-send"
        // Not `disabled`: so it keeps the focus, and says why it is blocked.
        aria-disabled={blocked}
        aria-describedby="send-reason"
        onClick={() => {
          if (!blocked) studio.send();
        }}
      >
        {words.composer.send(photos)}
      </button>
      <p id="send-reason" class="send-reason" data-tone={tone}>
        {reason}
      </p>
    </div>
  );
}
