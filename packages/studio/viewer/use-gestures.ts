import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Point, View } from './zoom.ts';

export interface Gestures {
  readonly view: View;
  /** @param at - From the middle of the stage. */
  readonly onZoom: (scale: number, at: Point) => void;
  readonly onPan: (by: Point) => void;
  /** A double click or tap. */
  readonly onToggle: (at: Point) => void;
  /** A swipe to the side over a picture that is seen whole: 1 for the next, -1 for the previous. */
  readonly onSwipe: (direction: 1 | -1) => void;
}

const WHEEL_STEP = 0.0018;
const SWIPE_PX = 60;

/** Zooms and pans a stage by mouse, wheel, trackpad and fingers. */
export function useGestures(stage: RefObject<HTMLElement | null>, gestures: Gestures): void {
  const current = useRef(gestures);
  current.current = gestures;

  useEffect(() => {
    const element = stage.current;
    if (element === null) return undefined;
    const target = element;
    const listening = new AbortController();
    const { signal } = listening;
    const pointers = new Map<number, Point>();
    let swiped = 0;

    function fromMiddle({ clientX, clientY }: MouseEvent): Point {
      const { left, top, width, height } = target.getBoundingClientRect();
      return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
    }
    function isOnStage({ target: hit }: Event) {
      return hit instanceof Element && hit.closest('input, button') === null;
    }
    function wheel(event: WheelEvent) {
      event.preventDefault();
      const { view, onZoom } = current.current;
      onZoom(view.scale * Math.exp(-event.deltaY * WHEEL_STEP), fromMiddle(event));
    }
    function down(event: PointerEvent) {
      if (!isOnStage(event) || event.button !== 0) return;
      pointers.set(event.pointerId, fromMiddle(event));
      target.setPointerCapture(event.pointerId);
      swiped = 0;
    }
    function move(event: PointerEvent) {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const now = fromMiddle(event);
      const { view, onZoom, onPan } = current.current;
      const other = [...pointers].find(([id]) => id !== event.pointerId);
      pointers.set(event.pointerId, now);
      if (other === undefined) {
        swiped += now.x - before.x;
        onPan({ x: now.x - before.x, y: now.y - before.y });
      } else {
        const [, fixed] = other;
        const change = distance(now, fixed) / Math.max(distance(before, fixed), 1);
        onZoom(view.scale * change, { x: (now.x + fixed.x) / 2, y: (now.y + fixed.y) / 2 });
      }
    }
    function up(event: PointerEvent) {
      if (!pointers.delete(event.pointerId) || pointers.size > 0) return;
      if (Math.abs(swiped) > SWIPE_PX) current.current.onSwipe(swiped < 0 ? 1 : -1);
    }
    function toggle(event: MouseEvent) {
      if (isOnStage(event)) current.current.onToggle(fromMiddle(event));
    }

    target.addEventListener('wheel', wheel, { signal, passive: false });
    target.addEventListener('pointerdown', down, { signal });
    target.addEventListener('pointermove', move, { signal });
    target.addEventListener('pointerup', up, { signal });
    target.addEventListener('pointercancel', up, { signal });
    target.addEventListener('dblclick', toggle, { signal });
    return () => listening.abort();
  }, []);
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
