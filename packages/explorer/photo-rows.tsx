import type { ListedPhoto } from './result-photos.ts';

export interface PhotoRowsProps {
  readonly photos: readonly ListedPhoto[];
}

/** The photos of a list, with their restored pictures. */
export function PhotoRows({ photos }: PhotoRowsProps) {
  if (photos.length === 0) return null;
  return (
    <ul className="rows" aria-label="Photos in this answer" tabIndex={0}>
      {photos.map(({ id, name, status, pictureUrl }) => (
        <li key={id}>
          {pictureUrl === null ? (
            <span className="thumbnail" />
          ) : (
            <a href={pictureUrl} target="_blank" rel="noreferrer">
              <img
                className="thumbnail"
                src={pictureUrl}
                alt={`Restored: ${name ?? id}`}
                loading="lazy"
              />
            </a>
          )}
          <span className="row-text">
            <span>{name ?? id}</span>
            <small>{status}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}
