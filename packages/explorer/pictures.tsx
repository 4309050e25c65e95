import { useStore } from 'zustand';
import type { Outcome } from './outcome.ts';
import { Picture } from './picture.tsx';
import type { Session } from './session.ts';
import { useObjectUrl } from './use-object-url.ts';

export interface PicturesProps {
  readonly session: Session;
  readonly outcome: Outcome;
  /** Where the restored picture is. */
  readonly url: string;
}

/** The restored picture, beside the one that was sent where this page sent it or the answer tells where it is. */
export function Pictures({ session, outcome, url }: PicturesProps) {
  const uploaded = useStore(session.store, (state) => state.uploaded);
  const sent = useObjectUrl(uploaded?.id === outcome.id ? (uploaded?.file ?? null) : null);
  const before = sent ?? outcome.originalUrl;
  return (
    <div className="pictures">
      {before && <Picture url={before} title="Before" alt="The photo as it was sent" />}
      <Picture url={url} title="After" alt="The restored picture" />
    </div>
  );
}
