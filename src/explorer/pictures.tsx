import { useState } from 'react';
import { useStore } from 'zustand';
import type { Session } from './session.ts';
import { useObjectUrl } from './use-object-url.ts';

export interface PicturesProps {
  readonly session: Session;
  readonly id: string | null;
  readonly url: string;
}

/** The restored picture, beside the one that was sent where this page sent it. */
export function Pictures({ session, id, url }: PicturesProps) {
  const uploaded = useStore(session.store, (state) => state.uploaded);
  const before = useObjectUrl(uploaded?.id === id ? (uploaded?.file ?? null) : null);
  const [broken, setBroken] = useState<string | null>(null);
  return (
    <div className="pictures">
      {before && (
        <figure>
          <img src={before} alt="The photo as it was sent" />
          <figcaption>Sent</figcaption>
        </figure>
      )}
      <figure>
        <a href={url} target="_blank" rel="noreferrer">
          {broken === url ? (
            <span className="picture-broken">It cannot be shown here.</span>
          ) : (
            <img src={url} alt="The restored picture" onError={() => setBroken(url)} />
          )}
        </a>
        <figcaption>
          <a href={url} target="_blank" rel="noreferrer">
            Open the restored picture
          </a>
        </figcaption>
      </figure>
    </div>
  );
}
