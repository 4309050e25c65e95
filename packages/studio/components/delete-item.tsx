import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

/** Deletes a photo, after it has said what that means. */
export function DeleteItem({ photoKey }: { readonly photoKey: string }) {
  const { studio, words } = usePage();
  const { goOn } = words;
  const [state, setState] = useState<'closed' | 'asking' | 'deleting' | 'failed'>('closed');
  const keep = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (state === 'asking') keep.current?.focus();
  }, [state]);

  async function deletePhoto() {
    setState('deleting');
    if (!(await studio.deletePhoto(photoKey))) setState('failed');
  }

  if (state === 'closed') {
    return (
      <button type="button" class="menu-item menu-danger" onClick={() => setState('asking')}>
        <Icon name="delete" />
        {goOn.delete}
      </button>
    );
  }
  return (
    <div class="menu-question" role="group" aria-label={goOn.delete}>
      <p>{state === 'failed' ? goOn.deleteFailed : goOn.deleteMeans}</p>
      <div class="menu-answers">
        <button
          ref={keep}
          type="button"
          class="button button-small"
          data-closes
          onClick={() => setState('closed')}
        >
          {goOn.keep}
        </button>
        <button
          type="button"
          class="button button-small button-danger"
          aria-disabled={state === 'deleting'}
          onClick={() => {
            if (state !== 'deleting') void deletePhoto();
          }}
        >
          {goOn.deleteNow}
        </button>
      </div>
    </div>
  );
}
