import type { Place } from './studio-photo.ts';

/** Orders photos as they are shown: the latest first, and those sent together in their order. */
export function comparePlaces(
  { place: one }: { readonly place: Place },
  { place: other }: { readonly place: Place },
): number {
  return other.at - one.at || one.index - other.index;
}
