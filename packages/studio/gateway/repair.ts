import type { RepairType } from '../../../schema/typed/graphql.ts';

/** The chosen restoration of a photo. */
export interface Repair {
  readonly type: RepairType;
  /** As `#rrggbb`; null except for `REPLACE_BACKGROUND`. */
  readonly background: string | null;
}
