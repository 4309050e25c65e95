import type { RepairType } from '../../../schema/typed/graphql.ts';

/** What is to be done to a photo. */
export interface Repair {
  readonly type: RepairType;
  /** As `#rrggbb`; null but for `REPLACE_BACKGROUND`. */
  readonly background: string | null;
}
