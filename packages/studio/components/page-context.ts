import type { Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Words } from '../language/words.ts';
import type { Studio } from '../photos/studio.ts';

/** The state and actions for every component, and the words of the page's language. */
export interface PageContext {
  readonly studio: Studio;
  readonly words: Words;
  /** The key of the photo that is shown in the whole window; null for none. */
  readonly viewing: Signal<string | null>;
}

const context = createContext<PageContext | null>(null);

export const PageProvider = context.Provider;

/** @throws Error outside of a `PageProvider`. */
export function usePage(): PageContext {
  const page = useContext(context);
  if (page === null) throw new Error('A component is used outside of its PageProvider.');
  return page;
}
