import { rawSql } from './sql.ts';

const PICTURE_COLUMNS = `
  pictures.name, pictures.archived_at, pictures.media_type AS archived_media_type,
  pictures.size_bytes AS archived_size_bytes, pictures.sha256`;

const ORIGINAL_COLUMNS = `
  originals.revision AS original_revision, originals.media_type AS original_media_type,
  originals.size_bytes AS original_size_bytes`;

/** Selects the provider's view of photos, for `readPhoto`. */
export const SELECT_PHOTOS = rawSql(`
  SELECT photos.id, photos.revision, photos.status, photos.repair_type, photos.background,
    NULL AS file_name, photos.original_url, photos.size_bytes, photos.uploaded_at, photos.ready_at, photos.expires_at,
    photos.watched, ${PICTURE_COLUMNS}
  FROM photos
  LEFT JOIN pictures ON pictures.photo_id = photos.id AND pictures.revision = photos.revision`);

/** Selects clients' own views of photos, for `readPhoto`, from the rows of `uploads`. */
export const SELECT_OWN = rawSql(`
  SELECT uploads.photo_id AS id, uploads.revision, uploads.status, uploads.repair_type,
    uploads.background, uploads.file_name, uploads.original_url, uploads.size_bytes, uploads.uploaded_at,
    uploads.ready_at, uploads.expires_at,
    photos.watched AND photos.revision = uploads.revision AS watched, ${PICTURE_COLUMNS},
    ${ORIGINAL_COLUMNS}
  FROM uploads
  JOIN photos ON photos.id = uploads.photo_id
  LEFT JOIN pictures
    ON pictures.photo_id = uploads.photo_id AND pictures.revision = uploads.revision
  LEFT JOIN originals ON originals.photo_id = uploads.photo_id
    AND originals.revision = uploads.own_revision AND originals.kept_at IS NOT NULL`);

/** Selects pictures in the archive, for `readPicture`. */
export const SELECT_PICTURES = rawSql(`SELECT ${PICTURE_COLUMNS} FROM pictures`);

/** Selects what is kept of pictures as they were uploaded, for `readOriginal`. */
export const SELECT_ORIGINALS = rawSql(`
  SELECT originals.photo_id AS id, ${ORIGINAL_COLUMNS} FROM originals
  WHERE originals.kept_at IS NOT NULL`);
