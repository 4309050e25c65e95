import { usePage } from './page-context.ts';

export interface UploadingFootProps {
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** The photo's name. */
  readonly name: string;
}

/** The progress of an upload. */
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
