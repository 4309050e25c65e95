import { useState } from 'preact/hooks';
import type { StudioPhoto } from '../photos/studio-photo.ts';
import { Icon } from './icon.tsx';
import { useSmallPicture } from './use-small-picture.ts';

export interface ThumbnailProps {
  readonly photo: StudioPhoto;
  /** Whether it is no picture. */
  readonly isHidden: boolean;
}

/** A small picture, or an icon for a picture that this browser cannot show. */
export function Thumbnail({ photo, isHidden }: ThumbnailProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const url = useSmallPicture(photo, 'before', { isNeeded: !isHidden });
  return (
    <span class="thumbnail">
      {isHidden || url === null || url === broken ? (
        <Icon name="picture" />
      ) : (
        <img src={url} alt="" decoding="async" onError={() => setBroken(url)} />
      )}
    </span>
  );
}
