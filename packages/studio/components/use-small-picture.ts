import { useEffect, useState } from 'preact/hooks';
import type { Half } from '../photos/small-pictures.ts';
import type { StudioPhoto } from '../photos/studio-photo.ts';
import { usePage } from './page-context.ts';

export interface SmallPictureOptions {
  /** Whether the picture is needed now: it is in sight, or nearly. */
  readonly isNeeded: boolean;
  /** Increases when the picture must be loaded again. @default 0 */
  readonly attempt?: number;
  /** Called when it cannot be loaded. */
  readonly onError?: () => void;
}

/** The address of a small copy of a photo's picture; null until there is one. */
export function useSmallPicture(
  photo: StudioPhoto,
  half: Half,
  { isNeeded, attempt = 0, onError }: SmallPictureOptions,
): string | null {
  const { studio } = usePage();
  const [shown, setShown] = useState<string | null>(null);
  const source = half === 'before' ? photo.beforeUrl : photo.afterUrl;

  useEffect(() => {
    if (!isNeeded || source === null) return undefined;
    let isCurrent = true;
    studio.smallPicture(photo, half).then(
      (url) => isCurrent && setShown(url),
      () => isCurrent && onError?.(),
    );
    return () => {
      isCurrent = false;
    };
  }, [isNeeded, source, attempt]);

  return source === null ? null : shown;
}
