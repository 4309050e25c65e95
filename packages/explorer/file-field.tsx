import { CloseIcon, PlusIcon } from '@graphiql/react';
import { useId, useState } from 'react';
import { useStore } from 'zustand';
import type { UploadVariable } from './operation.ts';
import type { Session } from './session.ts';
import { useObjectUrl } from './use-object-url.ts';

export interface FileFieldProps {
  readonly upload: UploadVariable;
  readonly session: Session;
  /** Whether no upload is left. */
  readonly spent: boolean;
}

/**
 * Picks the file for one `Upload` variable, by mouse or keyboard, and shows the cost. The whole
 * page accepts dropped files.
 */
export function FileField({ upload, session, spent }: FileFieldProps) {
  const { name, required } = upload;
  const file = useStore(session.store, ({ picked }) => picked.get(name) ?? null);
  const id = useId();
  const type = `$${name}: Upload${required ? '!' : ''}`;
  return (
    <div className="file-field" data-picked={file !== null}>
      <FileThumbnail file={file} />
      <label htmlFor={id}>
        <span className="file-field-type">{type}</span>
        {file ? (
          <span className="file-field-file">
            {file.name} · {sizeOf(file)}
          </span>
        ) : (
          <span>Choose a photo, or drop one anywhere on this page</span>
        )}
        <span className="file-field-cost" data-spent={spent}>
          {spent
            ? 'Costs 1 upload, and none is left'
            : 'Costs 1 upload, charged only if it succeeds'}
        </span>
      </label>
      <input
        id={id}
        type="file"
        accept="image/*"
        // Choosing the same file again counts as a choice: it may have changed.
        onClick={({ currentTarget }) => (currentTarget.value = '')}
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          if (chosen) session.pick(name, chosen);
        }}
      />
      {file && (
        <button
          type="button"
          onClick={() => session.unpick(name)}
          aria-label={`Remove ${file.name}`}
        >
          <CloseIcon />
        </button>
      )}
    </div>
  );
}

/**
 * A thumbnail. It is empty before a choice, and blank if the browser cannot show the format, such
 * as HEIC.
 */
function FileThumbnail({ file }: { readonly file: File | null }) {
  const url = useObjectUrl(file);
  const [broken, setBroken] = useState<string | null>(null);
  if (url && url !== broken) {
    return <img className="thumbnail" src={url} alt="" onError={() => setBroken(url)} />;
  }
  return <span className="thumbnail">{file ? null : <PlusIcon />}</span>;
}

function sizeOf({ size }: File): string {
  return size < 1_000_000 ? `${Math.ceil(size / 1000)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}
