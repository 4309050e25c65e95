import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Size } from './zoom.ts';

/** The size of an element in pixels, now and after every change. */
export function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 1, height: 1 });

  useLayoutEffect(() => {
    const watched = element.current;
    if (watched === null) return undefined;
    const observer = new ResizeObserver(() => {
      setSize({
        width: Math.max(watched.clientWidth, 1),
        height: Math.max(watched.clientHeight, 1),
      });
    });
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);

  return size;
}
