const PICTURE_COLUMNS = `
  pictures.name, pictures.archived_at, pictures.media_type AS archived_media_type,
  pictures.size_bytes AS archived_size_bytes, pictures.sha256`;

const ORIGINAL_COLUMNS = `
  originals.revision AS original_revision, originals.media_type AS original_media_type,
  originals.size_bytes AS original_size_bytes`;

/** Selects the provider's view of photos, for `readPhoto`. */
export const SELECT_PHOTOS = `
  SELECT photos.id, photos.revision, photos.status, photos.repair_type, photos.background,
    NULL AS file_name, photos.original_url, photos.size_bytes, photos.uploaded_at, photos.ready_at, photos.expires_at,
    photos.watched, ${PICTURE_COLUMNS}
  FROM photos
  LEFT JOIN pictures ON pictures.photo_id = photos.id AND pictures.revision = photos.revision`;

/**
 * Selects clients' own views of photos, for `readPhoto`, from the rows of `uploads` that `from`
 * names `own`.
 */
export function selectOwn(from: string): string {
  return `
    SELECT own.photo_id AS id, own.revision, own.status, own.repair_type, own.background,
      own.file_name, own.original_url, own.size_bytes, own.uploaded_at, own.ready_at, own.expires_at,
      photos.watched AND photos.revision = own.revision AS watched, ${PICTURE_COLUMNS},
      ${ORIGINAL_COLUMNS}
    FROM ${from}
    CROSS JOIN photos ON photos.id = own.photo_id
    LEFT JOIN pictures ON pictures.photo_id = own.photo_id AND pictures.revision = own.revision
    LEFT JOIN originals ON originals.photo_id = own.photo_id
      AND originals.revision = own.own_revision AND originals.kept_at IS NOT NULL`;
}

/** Selects pictures in the archive, for `readPicture`. */
export const SELECT_PICTURES = `SELECT ${PICTURE_COLUMNS} FROM pictures`;

/** Selects what is kept of pictures as they were uploaded, for `readOriginal`. */
export const SELECT_ORIGINALS = `
  SELECT originals.photo_id AS id, ${ORIGINAL_COLUMNS} FROM originals
  WHERE originals.kept_at IS NOT NULL`;
