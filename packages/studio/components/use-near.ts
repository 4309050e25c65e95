import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** How far from the window an element counts as near. */
const MARGIN = '600px';

/** Whether an element has been in sight, or nearly. */
export function useNear(element: RefObject<Element | null>): boolean {
  const [isNear, setIsNear] = useState(false);

  useEffect(() => {
    const watched = element.current;
    if (isNear || watched === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setIsNear(true);
      },
      { rootMargin: MARGIN },
    );
    observer.observe(watched);
    return () => observer.disconnect();
  }, [isNear]);

  return isNear;
}
