/**
 * The restorations that the provider offers, and the `repair_type` of each. In one place the provider's
 * document prints `sr;repair`, in a row whose commas and semicolons are visibly swapped. If the comma
 * proves wrong, this is the only place to change.
 */
export const REPAIR_TYPES = {
  SUPER_RESOLUTION: 'sr',
  REPAIR: 'sr,repair',
  COLORIZE: 'sr,repair,colour',
  REPLACE_BACKGROUND: 'bg',
} as const;

export type RepairType = keyof typeof REPAIR_TYPES;
