import { useState } from 'preact/hooks';
import type { CardPartProps } from './card-part.ts';
import { Handle } from './handle.tsx';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

export interface ComparisonProps extends CardPartProps {
  /** The address of the original; null if it cannot be shown. */
  readonly beforeUrl: string | null;
  /** The address of the restored picture; null until there is one. */
  readonly afterUrl: string | null;
  /** Increases when the restored picture must be loaded again. */
  readonly attempt: number;
  /** Whether the restored picture cannot be loaded. */
  readonly isBroken: boolean;
  /** Called when the restored picture did not load. */
  readonly onError: () => void;
}

/**
 * Shows a photo: the original until it is ready, then a slider with the original on the left and
 * the restored picture on the right. If one of the two is missing, the other is shown whole.
 */
export function Comparison({ photo, name, attempt, isBroken, onError, ...urls }: ComparisonProps) {
  const { before, after, actionOn } = usePage().words.photo;
  const [brokenUrl, setBrokenUrl] = useState<string | null>(null);
  const [loaded, setLoaded] = useState({ attempt: -1, url: '', ratio: 1 });
  const [share, setShare] = useState<number | null>(null);

  const isLoaded = loaded.attempt === attempt;
  // A loaded picture keeps its address: a new address of the same picture would only make it vanish
  // for a while.
  const address = isLoaded ? loaded.url : urls.afterUrl;
  const afterUrl = photo.phase.name === 'ready' && !isBroken ? address : null;
  const beforeUrl = urls.beforeUrl === brokenUrl ? null : urls.beforeUrl;
  const isCompared = isLoaded && afterUrl !== null && beforeUrl !== null;
  const shown = isCompared ? (share ?? 0.5) : 1;

  return (
    <div
      class="comparison"
      data-compared={isCompared}
      data-untouched={share === null}
      style={{ '--before': `${shown * 100}%`, '--ratio': loaded.ratio }}
    >
      {beforeUrl !== null && (
        <img
          key="before"
          class="comparison-before"
          src={beforeUrl}
          alt={isCompared ? actionOn(before, name) : name}
          decoding="async"
          onError={() => setBrokenUrl(beforeUrl)}
        />
      )}
      {afterUrl !== null && (
        <img
          key={`after ${attempt}`}
          class="comparison-after"
          src={afterUrl}
          alt={actionOn(after, name)}
          decoding="async"
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setLoaded({ attempt, url: afterUrl, ratio: naturalWidth / Math.max(naturalHeight, 1) })
          }
          {...{ onError }}
        />
      )}
      {beforeUrl === null && afterUrl === null && <Icon name="picture" />}
      {isCompared && <Handle {...{ name }} before={shown} onBefore={setShare} />}
    </div>
  );
}
