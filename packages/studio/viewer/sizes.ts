import type { Size } from './zoom.ts';

/** The sizes of the pictures of one photo, as they become known. */
export interface Sizes {
  readonly before: Size | null;
  readonly after: Size | null;
}
