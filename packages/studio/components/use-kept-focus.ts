import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface Place {
  /** The key of the photo; null if the focus was not on a photo. */
  readonly key: string | null;
  readonly index: number;
}

/**
 * Keeps the focus in a list whose photos change. If the focused control is gone, the focus moves to
 * the same photo (`data-key`), else to the one that took its place, else to the list's
 * `data-focus-rest`. Otherwise it would fall to the start of the page.
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>): void {
  const place = useRef<Place | null>(null);
  // During the render, the document still has the old state.
  place.current = placeOfFocus(list.current);

  useLayoutEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (place.current && list.current && isLost) focusNear(list.current, place.current);
  });
}

function placeOfFocus(list: HTMLElement | null): Place | null {
  const focused = document.activeElement;
  if (!list || !focused || !list.contains(focused)) return null;
  const photos = photosOf(list);
  const index = photos.findIndex((photo) => photo.contains(focused));
  return { key: photos[index]?.dataset['key'] ?? null, index: index < 0 ? photos.length : index };
}

function focusNear(list: HTMLElement, { key, index }: Place) {
  const photos = photosOf(list);
  const same = photos.find((photo) => photo.dataset['key'] === key);
  const next = same ?? photos[index] ?? photos.at(-1);
  const target =
    next?.querySelector<HTMLElement>('[data-focus-first]') ??
    next ??
    list.querySelector<HTMLElement>('[data-focus-rest]');
  target?.focus();
}

function photosOf(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[data-key]')];
}
