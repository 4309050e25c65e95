import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** A small picture beside its name, or an icon for a picture that this browser cannot show. */
export function Thumbnail({ url }: { readonly url: string | null }) {
  const [broken, setBroken] = useState<string | null>(null);
  return (
    <span class="thumbnail">
      {url === null || url === broken ? (
        <Icon name="picture" />
      ) : (
        <img src={url} alt="" decoding="async" onError={() => setBroken(url)} />
      )}
    </span>
  );
}
