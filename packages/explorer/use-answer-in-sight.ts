import { useEffect } from 'react';

/** As in `style.css`: where the panes are stacked. */
const NARROW = '(width < 720px)';

/** Scrolls to the answer when an operation starts: on a phone it lies below the fold. */
export function useAnswerInSight(isFetching: boolean): void {
  useEffect(() => {
    if (!isFetching || !window.matchMedia(NARROW).matches) return;
    document.querySelector('.graphiql-response')?.scrollIntoView({ block: 'start' });
  }, [isFetching]);
}
