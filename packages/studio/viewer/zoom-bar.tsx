import { IconButton } from '../components/icon-button.tsx';
import { usePage } from '../components/page-context.ts';

export interface ZoomBarProps {
  /** 1 for one pixel of the picture on each pixel of the screen. */
  readonly scale: number;
  /** Whether the picture is seen whole. */
  readonly isWhole: boolean;
  readonly onScale: (scale: number) => void;
  readonly onFit: () => void;
  readonly canHold: boolean;
  readonly isHeld: boolean;
  readonly onHeld: (isHeld: boolean) => void;
}

const STEP = 1.5;

/** Zooms by buttons, and shows the original while its button is held. */
export function ZoomBar(props: ZoomBarProps) {
  const { scale, isWhole, onScale, onFit, canHold, isHeld, onHeld } = props;
  const { viewer } = usePage().words;
  return (
    <div class="viewer-bar">
      <IconButton icon="less" action={viewer.zoomOut} onClick={() => onScale(scale / STEP)} />
      <output class="viewer-scale">{viewer.percent(scale)}</output>
      <IconButton icon="add" action={viewer.zoomIn} onClick={() => onScale(scale * STEP)} />
      <button type="button" class="button" aria-pressed={isWhole} onClick={onFit}>
        {viewer.fit}
      </button>
      <button
        type="button"
        class="button"
        aria-pressed={Math.abs(scale - 1) < 0.01}
        onClick={() => onScale(1)}
      >
        {viewer.percent(1)}
      </button>
      {canHold && (
        <button
          type="button"
          class="button"
          aria-pressed={isHeld}
          title={viewer.holdHint}
          onPointerDown={() => onHeld(true)}
          onPointerUp={() => onHeld(false)}
          onPointerLeave={() => onHeld(false)}
          onPointerCancel={() => onHeld(false)}
          onContextMenu={(event) => event.preventDefault()}
          onKeyDown={({ key }) => (key === ' ' || key === 'Enter') && onHeld(true)}
          onKeyUp={({ key }) => (key === ' ' || key === 'Enter') && onHeld(false)}
          onBlur={() => onHeld(false)}
        >
          {viewer.hold}
        </button>
      )}
    </div>
  );
}
