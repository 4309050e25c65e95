/**
 * The restorations that the provider offers, with the `repair_type` that asks for each.
 * The provider's document once prints `sr;repair`, in a row whose commas and semicolons are visibly
 * swapped; should the comma prove wrong, this is the one place to change.
 */
export const REPAIR_TYPES = {
  SUPER_RESOLUTION: 'sr',
  REPAIR: 'sr,repair',
  COLORIZE: 'sr,repair,colour',
  REPLACE_BACKGROUND: 'bg',
} as const;

export type RepairType = keyof typeof REPAIR_TYPES;
