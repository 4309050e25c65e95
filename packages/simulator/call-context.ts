import type { Account } from './account.ts';
import type { Settings } from './options.ts';
import type { Pictures } from './pictures.ts';
import type { Queue } from './queue.ts';
import type { Restorer } from './restorer.ts';

/** The state that a call works with. */
export interface CallContext {
  readonly settings: Settings;
  readonly account: Account;
  readonly pictures: Pictures;
  /** The queue in which uploaded pictures are checked before they are accepted. */
  readonly inspections: Queue;
  readonly restorer: Restorer;
  /** Resolves once all that has changed is kept; see `StateSaver`. */
  readonly save: () => Promise<void>;
  /** The folder of the pictures' files. */
  readonly folder: string;
  /** The address of a stored file. */
  readonly addressOf: (name: string) => string;
}
