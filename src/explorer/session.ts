import { createStore, type StoreApi } from 'zustand';

/** What a person has done on this page since it was loaded; files cannot outlive it. */
export interface SessionState {
  /** The picked files, by the name of the variable that they are for. */
  readonly picked: ReadonlyMap<string, File>;
  /** The last picture that was uploaded, and the id that it got. */
  readonly uploaded: { readonly id: string; readonly file: File } | null;
}

export interface Session {
  readonly store: StoreApi<SessionState>;
  pick(variable: string, file: File): void;
  unpick(variable: string): void;
  remember(id: string, file: File): void;
}

/** Keeps the files of one page in memory. */
export function createSession(): Session {
  const store = createStore<SessionState>(() => ({ picked: new Map(), uploaded: null }));
  return {
    store,
    pick: (variable, file) =>
      store.setState(({ picked }) => ({ picked: new Map(picked).set(variable, file) })),
    unpick: (variable) =>
      store.setState(({ picked }) => ({
        picked: new Map([...picked].filter(([name]) => name !== variable)),
      })),
    remember: (id, file) => store.setState({ uploaded: { id, file } }),
  };
}
