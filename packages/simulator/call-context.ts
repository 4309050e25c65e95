import type { Account } from './account.ts';
import type { Settings } from './options.ts';
import type { Pictures } from './pictures.ts';
import type { Queue } from './queue.ts';
import type { Workshop } from './workshop.ts';

/** What a call works with. */
export interface CallContext {
  readonly settings: Settings;
  readonly account: Account;
  readonly pictures: Pictures;
  /** Where uploaded pictures are looked at before they are accepted. */
  readonly inspections: Queue;
  readonly workshop: Workshop;
  /** Where the pictures' files are. */
  readonly folder: string;
  /** The address of a stored file. */
  readonly addressOf: (name: string) => string;
}
