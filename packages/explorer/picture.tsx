import { useState } from 'react';

export interface PictureProps {
  readonly url: string;
  readonly title: string;
  readonly alt: string;
}

/** A picture in a frame of constant size, with the picture's real dimensions. */
export function Picture({ url, title, alt }: PictureProps) {
  const [size, setSize] = useState<string | null>(null);
  const [broken, setBroken] = useState<string | null>(null);
  return (
    <figure className="picture">
      <div className="picture-frame">
        {broken === url ? (
          <span className="picture-broken">It cannot be shown here.</span>
        ) : (
          <img
            src={url}
            alt={alt}
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
              setSize(`${naturalWidth} × ${naturalHeight}`)
            }
            onError={() => setBroken(url)}
          />
        )}
      </div>
      <figcaption>
        <strong>{title}</strong> {broken === url ? null : size}
      </figcaption>
    </figure>
  );
}
