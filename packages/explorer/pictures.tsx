import { useStore } from 'zustand';
import type { ResultPhotos } from './result-photos.ts';
import { Picture } from './picture.tsx';
import type { Session } from './session.ts';
import { useObjectUrl } from './use-object-url.ts';

export interface PicturesProps {
  readonly session: Session;
  readonly result: ResultPhotos;
  /** The address of the restored picture. */
  readonly url: string;
}

/**
 * The restored picture, beside the original if this page sent it or the result contains its
 * address.
 */
export function Pictures({ session, result, url }: PicturesProps) {
  const uploaded = useStore(session.store, (state) => state.uploaded);
  const sent = useObjectUrl(uploaded?.id === result.id ? (uploaded?.file ?? null) : null);
  const before = sent ?? result.originalUrl;
  return (
    <div className="pictures">
      {before && <Picture url={before} title="Before" alt="The photo as it was sent" />}
      <Picture url={url} title="After" alt="The restored picture" />
    </div>
  );
}
