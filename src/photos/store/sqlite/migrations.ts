/**
 * The schema, as a list of migrations. A database's version is the number of steps that it has been
 * through. Append to the list and never change a step: databases in use have been through it.
 *
 * Times are milliseconds since 1970, except `clock_ms`, `begun_at`, `ended_at` and `touched_at`,
 * which use the store's own clock. Flags are 0 or 1. Texts are written as the domain has them.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE photos (
    id TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('PROCESSING', 'READY', 'EXPIRED')),
    repair_type TEXT,
    background TEXT,
    original_url TEXT,
    size_bytes INTEGER,
    uploaded_at INTEGER,
    ready_at INTEGER,
    expires_at INTEGER,
    watched INTEGER NOT NULL CHECK (watched IN (0, 1)),
    archived_at INTEGER,
    archived_media_type TEXT,
    archived_size_bytes INTEGER,
    archived_sha256 TEXT,
    newest_at INTEGER NOT NULL GENERATED ALWAYS AS (
      max(coalesce(uploaded_at, 0), coalesce(ready_at, 0), coalesce(expires_at, 0))
    ) VIRTUAL,
    CHECK (status <> 'READY' OR ready_at IS NOT NULL)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX photos_watched ON photos (uploaded_at, id) WHERE watched = 1;
  CREATE INDEX photos_to_archive ON photos (expires_at, id)
    WHERE status = 'READY' AND archived_at IS NULL AND revision > 0;
  CREATE INDEX photos_to_lapse ON photos (expires_at, id) WHERE archived_at IS NOT NULL;
  CREATE INDEX photos_to_purge ON photos (newest_at) WHERE archived_at IS NULL AND watched = 0;

  -- Who uploaded which photo. What a list is filtered by stands here once more: looked up photo by
  -- photo, a status that few of a client's photos have would take a second to find among 500,000.
  CREATE TABLE uploads (
    client TEXT NOT NULL,
    photo_id TEXT NOT NULL REFERENCES photos ON DELETE CASCADE,
    uploaded_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (client, photo_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX uploads_listed ON uploads (client, uploaded_at, photo_id, status, expires_at);
  CREATE INDEX uploads_processing ON uploads (client, uploaded_at, photo_id)
    WHERE status = 'PROCESSING';
  CREATE INDEX uploads_of_photo ON uploads (photo_id);
  CREATE TRIGGER uploads_follow_photo AFTER UPDATE OF status, expires_at ON photos
  BEGIN
    UPDATE uploads SET status = new.status, expires_at = new.expires_at WHERE photo_id = new.id;
  END;

  CREATE TABLE attempts (
    client TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'sent', 'unknown', 'succeeded')),
    remaining INTEGER,
    completed_uploads INTEGER,
    photo_id TEXT,
    content_hash TEXT,
    UNIQUE (client, key),
    CHECK (state <> 'succeeded' OR photo_id IS NOT NULL)
  ) STRICT;
  CREATE INDEX attempts_by_age ON attempts (begun_at);
  CREATE INDEX attempts_under_way ON attempts (state) WHERE state IN ('running', 'sent');

  CREATE TABLE times (
    class TEXT NOT NULL PRIMARY KEY,
    times TEXT NOT NULL CHECK (json_valid(times))
  ) STRICT, WITHOUT ROWID;

  -- What there is one of.
  CREATE TABLE gateway (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    completed_uploads INTEGER NOT NULL,
    signing_key BLOB
  ) STRICT;
  INSERT INTO gateway VALUES (1, 0, NULL);
  `,
  `
  -- How many uploads each client has made in a period.
  CREATE TABLE allowances (
    client TEXT NOT NULL,
    period TEXT NOT NULL,
    taken INTEGER NOT NULL CHECK (taken >= 0),
    PRIMARY KEY (client, period)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX allowances_by_age ON allowances (period);
  `,
  `
  -- Ages are judged by a clock of the store's own (see StoreClock) from here on. It begins with the newest time of
  -- the machine's clock that is known, so that the times of older rows are times of this clock too.
  ALTER TABLE gateway ADD COLUMN clock_ms INTEGER NOT NULL DEFAULT 0;

  DROP INDEX photos_to_purge;
  ALTER TABLE photos DROP COLUMN newest_at;
  ALTER TABLE photos ADD COLUMN touched_at INTEGER NOT NULL DEFAULT 0;
  UPDATE photos SET touched_at = max(coalesce(uploaded_at, 0), coalesce(ready_at, 0));
  CREATE INDEX photos_by_age ON photos (touched_at);
  CREATE INDEX photos_to_purge ON photos (touched_at) WHERE archived_at IS NULL AND watched = 0;

  UPDATE gateway SET clock_ms = max(
    coalesce((SELECT max(begun_at) FROM attempts), 0),
    coalesce((SELECT max(touched_at) FROM photos), 0)
  );

  -- When an upload ended whose outcome is not known, and whose allowance it took.
  ALTER TABLE attempts ADD COLUMN ended_at INTEGER;
  ALTER TABLE attempts ADD COLUMN period TEXT;
  UPDATE attempts SET ended_at = (SELECT clock_ms FROM gateway) WHERE state = 'unknown';
  CREATE INDEX attempts_by_end ON attempts (ended_at) WHERE ended_at IS NOT NULL;

  DROP INDEX allowances_by_age;
  ALTER TABLE allowances ADD COLUMN touched_at INTEGER NOT NULL DEFAULT 0;
  UPDATE allowances SET touched_at = (SELECT clock_ms FROM gateway);
  CREATE INDEX allowances_by_age ON allowances (touched_at);
  `,
  `
  -- The pictures in the archive. A photo has several where the provider gave its id to several uploads.
  CREATE TABLE pictures (
    photo_id TEXT NOT NULL REFERENCES photos,
    revision INTEGER NOT NULL,
    -- What the archive knows it by.
    name TEXT NOT NULL UNIQUE,
    -- What was made of it.
    repair_type TEXT,
    background TEXT,
    ready_at INTEGER NOT NULL,
    expires_at INTEGER,
    archived_at INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (photo_id, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pictures_to_lapse ON pictures (expires_at, photo_id, revision)
    WHERE expires_at IS NOT NULL;
  INSERT INTO pictures
  SELECT id, revision, id, repair_type, background, ready_at, expires_at,
    archived_at, archived_media_type, archived_size_bytes, archived_sha256
  FROM photos WHERE archived_at IS NOT NULL;

  -- What a client asked for, and how far that is, is its own.
  ALTER TABLE uploads ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
  -- Of the picture in the archive that the client has; earlier than its upload while that is under way.
  ALTER TABLE uploads ADD COLUMN kept_revision INTEGER;
  ALTER TABLE uploads ADD COLUMN repair_type TEXT;
  ALTER TABLE uploads ADD COLUMN background TEXT;
  ALTER TABLE uploads ADD COLUMN original_url TEXT;
  ALTER TABLE uploads ADD COLUMN size_bytes INTEGER;
  ALTER TABLE uploads ADD COLUMN ready_at INTEGER;
  UPDATE uploads
  SET (revision, kept_revision, repair_type, background, original_url, size_bytes, ready_at) = (
    SELECT revision, iif(archived_at IS NULL, NULL, revision), repair_type, background, original_url,
      size_bytes, ready_at
    FROM photos WHERE id = uploads.photo_id
  );
  DROP TRIGGER uploads_follow_photo;
  CREATE TRIGGER uploads_follow_photo AFTER UPDATE OF status, ready_at, expires_at ON photos
  BEGIN
    UPDATE uploads
    SET status = new.status, ready_at = new.ready_at, expires_at = new.expires_at
    WHERE photo_id = new.id AND revision = new.revision;
  END;

  -- archived_at stays, to tell whether the picture of the latest upload is among them.
  DROP INDEX photos_to_lapse;
  ALTER TABLE photos DROP COLUMN archived_media_type;
  ALTER TABLE photos DROP COLUMN archived_size_bytes;
  ALTER TABLE photos DROP COLUMN archived_sha256;
  `,
  `
  -- What each client calls its photo.
  ALTER TABLE uploads ADD COLUMN file_name TEXT;
  `,
  `
  -- What the receivers of webhooks were told of it last; NULL if nothing. Without webhooks it stays NULL.
  ALTER TABLE uploads ADD COLUMN told TEXT CHECK (told IN ('READY', 'EXPIRED'));
  CREATE INDEX uploads_to_expire ON uploads (expires_at)
    WHERE told = 'READY' AND status = 'READY' AND expires_at IS NOT NULL;

  -- Webhooks: each event on its way to one receiver. Times as above; due_at and touched_at use the store's clock.
  CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    receiver TEXT NOT NULL,
    client TEXT NOT NULL,
    photo_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    photo TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL,
    reason TEXT,
    due_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX deliveries_due ON deliveries (receiver, due_at, seq) WHERE state = 'waiting';
  CREATE INDEX deliveries_next ON deliveries (due_at) WHERE state = 'waiting';
  CREATE INDEX deliveries_of_photo ON deliveries (receiver, photo_id, seq) WHERE state = 'waiting';
  CREATE INDEX deliveries_waiting ON deliveries (receiver, seq) WHERE state = 'waiting';
  CREATE INDEX deliveries_by_state ON deliveries (state, seq);
  CREATE INDEX deliveries_by_age ON deliveries (state, touched_at);

  -- Receivers that want no more webhooks, each with the hash of the address that it had.
  CREATE TABLE disabled_receivers (
    receiver TEXT NOT NULL PRIMARY KEY,
    address_hash TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The pictures as they were uploaded. Each belongs to one upload, and so to one client.
  CREATE TABLE originals (
    photo_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    -- Null while it is on its way into the archive.
    kept_at INTEGER,
    -- From when on it must be deleted; null while its client has it.
    expires_at INTEGER,
    PRIMARY KEY (photo_id, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX originals_to_lapse ON originals (expires_at, photo_id, revision)
    WHERE expires_at IS NOT NULL;

  -- That of the client's own last upload, whichever picture it has now.
  ALTER TABLE uploads ADD COLUMN own_revision INTEGER;

  -- An original goes with its client's photo, whoever ends that.
  CREATE TRIGGER originals_follow_upload AFTER UPDATE OF status, own_revision ON uploads
  WHEN new.own_revision IS NOT old.own_revision
    OR (new.status = 'EXPIRED') <> (old.status = 'EXPIRED')
  BEGIN
    UPDATE originals
    SET expires_at = CASE
      WHEN new.status = 'EXPIRED' OR revision IS NOT new.own_revision THEN 0
      WHEN kept_at IS NULL THEN expires_at
    END
    WHERE photo_id = new.photo_id AND revision IN (old.own_revision, new.own_revision);
  END;
  CREATE TRIGGER originals_follow_forgotten AFTER DELETE ON uploads
  BEGIN
    UPDATE originals SET expires_at = 0
    WHERE photo_id = old.photo_id AND revision = old.own_revision;
  END;
  `,
  `
  -- To delete what is told of a photo together with it.
  CREATE INDEX deliveries_by_photo ON deliveries (photo_id);
  `,
];
