import { createStore, type StoreApi } from 'zustand';

/** What the user has done on this page since it was loaded. Files cannot outlive the page. */
export interface SessionState {
  /** The picked files, by the name of their variable. */
  readonly picked: ReadonlyMap<string, File>;
  /** The last picture that was uploaded, and the id that it got. */
  readonly uploaded: { readonly id: string; readonly file: File } | null;
  /** The photos that were uploaded, oldest first; at most as many as one operation may ask for. */
  readonly uploadedIds: readonly string[];
  /** The photo that was last mentioned in a result. */
  readonly latestId: string | null;
}

export interface Session {
  readonly store: StoreApi<SessionState>;
  pick(variable: string, file: File): void;
  unpick(variable: string): void;
  /** Records that a file was uploaded and became this photo. */
  remember(id: string, file: File): void;
  /** Records that a result mentioned this photo. */
  mention(id: string): void;
}

/** The most photos that one subscription follows. */
export const MAX_FOLLOWED = 100;

/** Keeps the files and the photos of one page in memory. */
export function createSession(): Session {
  const store = createStore<SessionState>(() => ({
    picked: new Map(),
    uploaded: null,
    uploadedIds: [],
    latestId: null,
  }));
  return {
    store,
    pick: (variable, file) =>
      store.setState(({ picked }) => ({ picked: new Map(picked).set(variable, file) })),
    unpick: (variable) =>
      store.setState(({ picked }) => ({
        picked: new Map([...picked].filter(([name]) => name !== variable)),
      })),
    remember: (id, file) =>
      store.setState(({ uploadedIds }) => ({
        uploaded: { id, file },
        uploadedIds: [...uploadedIds.filter((one) => one !== id), id].slice(-MAX_FOLLOWED),
        latestId: id,
      })),
    mention: (id) => store.setState({ latestId: id }),
  };
}
