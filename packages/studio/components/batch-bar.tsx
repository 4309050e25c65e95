import { batchTimeLeft } from '../photos/batch-time-left.ts';
import { failureChoices } from './failure-choices.ts';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';
import { NotifyToggle } from './notify-toggle.tsx';
import { usePage } from './page-context.ts';
import { ZipButton } from './zip-button.tsx';

/** The progress of all photos that were sent together, and what can be done with all of them. */
export function BatchBar() {
  const { studio, words } = usePage();
  const batch = studio.batch.value;
  const { photos, atWork, ready, failed } = batch;
  const isOver = atWork === 0;
  const left = isOver ? null : batchTimeLeft(batch, studio.now.value);
  const retryable = photos.filter(
    ({ phase }) => phase.name === 'failed' && failureChoices(phase.failure).retry,
  );
  const cancellable = photos.filter(({ phase }) => {
    if (phase.name === 'uploading') return phase.sentBytes < phase.totalBytes;
    return phase.name === 'queued' || phase.name === 'interrupted';
  });
  const done = ready + failed;

  return (
    <section class="panel batch" aria-label={words.batch.title} data-over={isOver}>
      <p class="batch-text">
        {isOver && failed === 0 && <Icon name="check" />}
        <b>{words.batch.progress(ready, photos.length)}</b>
        {failed > 0 && <span class="batch-failed">{words.batch.failed(failed)}</span>}
        {left !== null && <span class="batch-left">{words.batch.left(left)}</span>}
      </p>
      {!isOver && (
        <progress
          class="bar"
          value={done}
          max={photos.length}
          aria-label={words.batch.progress(ready, photos.length)}
        />
      )}
      <div class="batch-actions">
        {retryable.length > 0 && (
          <button
            type="button"
            class="button button-small"
            onClick={() => retryable.forEach(({ key }) => studio.retry(key))}
          >
            {words.batch.retryFailed(retryable.length)}
          </button>
        )}
        {cancellable.length > 0 && (
          <button
            type="button"
            class="button button-small"
            onClick={() => cancellable.forEach(({ key }) => studio.cancel(key))}
          >
            {words.batch.cancelAll}
          </button>
        )}
        <ZipButton photos={photos} />
        {isOver ? (
          <IconButton
            icon="close"
            action={words.batch.dismiss}
            onClick={() => studio.dismissBatch()}
          />
        ) : (
          <NotifyToggle />
        )}
      </div>
    </section>
  );
}
