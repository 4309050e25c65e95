import { usePage } from './page-context.ts';

export interface UploadingFootProps {
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** What the photo is called. */
  readonly name: string;
}

/** How much of a photo has gone out. */
export function UploadingFoot({ sentBytes, totalBytes, name }: UploadingFootProps) {
  const { sent, share, uploading, finishing, actionOn } = usePage().words.photo;
  const isSent = sentBytes >= totalBytes;
  return (
    <>
      <p class="card-status card-figures">
        <span>{isSent ? finishing : sent(sentBytes, totalBytes)}</span>
        {!isSent && <span>{share(sentBytes, totalBytes)}</span>}
      </p>
      <progress
        class="bar"
        value={sentBytes}
        max={Math.max(totalBytes, 1)}
        aria-label={actionOn(uploading, name)}
      />
    </>
  );
}
