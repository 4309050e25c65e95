import { CloseIcon } from '@graphiql/react';
import { useStore } from 'zustand';
import type { Notice } from './notice.ts';

/** Shows the notice until it is closed or replaced. */
export function NoticeLine({ notice }: { readonly notice: Notice }) {
  const text = useStore(notice.store);
  return (
    <div className="notice" data-empty={text === null}>
      <p role="status">{text}</p>
      {text !== null && (
        <button type="button" aria-label="Close this notice" onClick={() => notice.say(null)}>
          <CloseIcon aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
