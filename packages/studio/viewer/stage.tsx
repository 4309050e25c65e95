import { useRef, useState } from 'preact/hooks';
import type { StudioPhoto } from '../photos/studio-photo.ts';
import { Handle } from '../components/handle.tsx';
import { IconButton } from '../components/icon-button.tsx';
import { usePage } from '../components/page-context.ts';
import { useRenewedPicture } from '../components/use-renewed-picture.ts';
import { useSmallPicture } from '../components/use-small-picture.ts';
import { useGestures } from './use-gestures.ts';
import { useSize } from './use-size.ts';
import type { Sizes } from './sizes.ts';
import { fitScale, fitted, windowOf, within, zoomAt, type Size, type View } from './zoom.ts';
import { ZoomBar } from './zoom-bar.tsx';

export interface StageProps {
  readonly photo: StudioPhoto;
  readonly name: string;
  readonly sizes: Sizes;
  /** Whether only the original is shown. */
  readonly isHeld: boolean;
  readonly onHeld: (isHeld: boolean) => void;
  /** Called when the size of a picture is known. */
  readonly onSizes: (told: Partial<Sizes>) => void;
  /** Called with 1 for the next photo, and -1 for the previous one. */
  readonly onStep: (steps: number) => void;
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
}

const SOME: Size = { width: 4, height: 3 };

/** Both pictures of a photo on top of each other, at the same scale and place. */
export function Stage(props: StageProps) {
  const { photo, name, sizes, isHeld, onHeld, onSizes, onStep } = props;
  const { words } = usePage();
  const { before, after, actionOn } = words.photo;
  const element = useRef<HTMLDivElement>(null);
  const stage = useSize(element);
  const renewed = useRenewedPicture(photo.key);
  const small = useSmallPicture(photo, 'after', { isNeeded: true });
  const [zoomed, setZoomed] = useState<View | null>(null);
  const [share, setShare] = useState(0.5);
  const picture = sizes.after ?? sizes.before ?? SOME;
  const view = within(zoomed ?? fitted(stage, picture), stage, picture);
  const window = windowOf(view, stage, picture);
  const isWhole = view.scale <= fitScale(stage, picture);
  const oneToOne = 1 / globalThis.devicePixelRatio;
  const isCompared = photo.beforeUrl !== null && sizes.before !== null && sizes.after !== null;
  const shown = isHeld ? 1 : share;

  function zoom(scale: number, at = { x: 0, y: 0 }) {
    setZoomed(zoomAt(view, scale, at, stage, picture));
  }

  useGestures(element, {
    view,
    onZoom: zoom,
    onPan: ({ x, y }) => isWhole || setZoomed({ ...view, x: view.x + x, y: view.y + y }),
    onToggle: (at) => (isWhole ? zoom(Math.max(oneToOne, view.scale * 2), at) : setZoomed(null)),
    onSwipe: (direction) => isWhole && onStep(direction),
  });

  const left = (stage.width - picture.width * view.scale) / 2 + view.x;
  const top = (stage.height - picture.height * view.scale) / 2 + view.y;
  const place = {
    width: `${picture.width * view.scale}px`,
    height: `${picture.height * view.scale}px`,
    transform: `translate(${left}px, ${top}px)`,
  };
  const hidden = picture.width * view.scale - (window.left + window.width * shown - left);

  return (
    <div class="viewer-main">
      <div ref={element} class="viewer-stage" data-whole={isWhole} data-pixels={view.scale > 2}>
        {small !== null && sizes.after === null && <img src={small} alt="" style={place} />}
        {photo.afterUrl !== null && !renewed.isBroken && (
          <img
            key={renewed.attempt}
            src={photo.afterUrl}
            alt={actionOn(after, name)}
            draggable={false}
            style={place}
            onLoad={({ currentTarget }) => onSizes({ after: naturalSize(currentTarget) })}
            onError={renewed.onError}
          />
        )}
        {photo.beforeUrl !== null && (
          <img
            class="viewer-before"
            src={photo.beforeUrl}
            alt={isCompared ? actionOn(before, name) : ''}
            draggable={false}
            style={{ ...place, clipPath: isCompared ? `inset(0 ${hidden}px 0 0)` : 'inset(100%)' }}
            onLoad={({ currentTarget }) => onSizes({ before: naturalSize(currentTarget) })}
          />
        )}
        {isCompared && (
          <div
            class="viewer-window"
            style={{
              left: `${window.left}px`,
              top: `${window.top}px`,
              width: `${window.width}px`,
              height: `${window.height}px`,
              '--window': `${window.height}px`,
              '--before': `${shown * 100}%`,
            }}
          >
            <Handle {...{ name }} before={shown} onBefore={setShare} />
          </div>
        )}
        {props.hasPrevious && (
          <IconButton
            class="button-icon viewer-step"
            icon="previous"
            action={words.viewer.previous}
            onClick={() => onStep(-1)}
          />
        )}
        {props.hasNext && (
          <IconButton
            class="button-icon viewer-step viewer-next"
            icon="next"
            action={words.viewer.next}
            onClick={() => onStep(1)}
          />
        )}
      </div>
      <ZoomBar
        scale={view.scale / oneToOne}
        {...{ isWhole, isHeld, onHeld }}
        onScale={(scale) => zoom(scale * oneToOne)}
        onFit={() => setZoomed(null)}
        canHold={isCompared}
      />
    </div>
  );
}

function naturalSize({ naturalWidth, naturalHeight }: HTMLImageElement): Size {
  return { width: Math.max(naturalWidth, 1), height: Math.max(naturalHeight, 1) };
}
