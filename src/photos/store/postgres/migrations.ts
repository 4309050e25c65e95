/**
 * The schema, as a list of migrations. A database's version is the number of steps that it has been
 * through. Append to the list and never change a step: databases in use have been through it.
 *
 * During a rolling upgrade gateways of the version before run on the new schema. So a step only adds: what
 * they read and write stays, and what is new has a default. A later version removes what none uses any more.
 *
 * Times are milliseconds since 1970, except `clock_ms`, `begun_at`, `ended_at`, `ends_by`, `touched_at` and
 * `succeeded_at`, which use the store's own clock, and leases, which use the database's. Texts that are
 * compared have the collation "C": two that differ in any byte are different.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE photos (
    id TEXT COLLATE "C" PRIMARY KEY,
    revision INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('PROCESSING', 'READY', 'EXPIRED')),
    repair_type TEXT,
    background TEXT,
    original_url TEXT,
    size_bytes BIGINT,
    uploaded_at BIGINT,
    ready_at BIGINT,
    expires_at BIGINT,
    watched BOOLEAN NOT NULL,
    -- Whether the picture of the latest upload is among the pictures, and since when.
    archived_at BIGINT,
    touched_at BIGINT NOT NULL,
    CHECK (status <> 'READY' OR ready_at IS NOT NULL)
  );
  CREATE INDEX photos_watched ON photos (uploaded_at, id) WHERE watched;
  CREATE INDEX photos_to_archive ON photos (expires_at, id)
    WHERE status = 'READY' AND archived_at IS NULL AND revision > 0;
  CREATE INDEX photos_by_age ON photos (touched_at);
  CREATE INDEX photos_to_purge ON photos (touched_at) WHERE archived_at IS NULL AND NOT watched;

  -- Who uploaded which photo, what for, and how far that is.
  CREATE TABLE uploads (
    client TEXT COLLATE "C" NOT NULL,
    photo_id TEXT COLLATE "C" NOT NULL REFERENCES photos ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    -- Of the picture in the archive that the client has; earlier than its upload while that is under way.
    kept_revision INTEGER,
    status TEXT NOT NULL,
    repair_type TEXT,
    background TEXT,
    original_url TEXT,
    size_bytes BIGINT,
    uploaded_at BIGINT NOT NULL,
    ready_at BIGINT,
    expires_at BIGINT,
    -- The open upload that it was, so that a repeated write is not another upload.
    opened BIGINT,
    PRIMARY KEY (client, photo_id)
  );
  CREATE INDEX uploads_listed ON uploads (client, uploaded_at, photo_id, status, expires_at);
  CREATE INDEX uploads_processing ON uploads (client, uploaded_at, photo_id)
    WHERE status = 'PROCESSING';
  CREATE INDEX uploads_of_photo ON uploads (photo_id);

  -- The pictures in the archive. A photo has several where the provider gave its id to several uploads.
  CREATE TABLE pictures (
    photo_id TEXT COLLATE "C" NOT NULL REFERENCES photos,
    revision INTEGER NOT NULL,
    -- What the archive knows it by.
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    -- What was made of it.
    repair_type TEXT,
    background TEXT,
    ready_at BIGINT NOT NULL,
    expires_at BIGINT,
    archived_at BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (photo_id, revision)
  );
  CREATE INDEX pictures_to_lapse ON pictures (expires_at, photo_id, revision)
    WHERE expires_at IS NOT NULL;

  -- The gateways that run. One whose lease has passed may be taken for dead.
  CREATE TABLE nodes (
    id UUID PRIMARY KEY,
    lease_until TIMESTAMPTZ NOT NULL
  );

  CREATE TABLE attempts (
    client TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    -- Tells it from an earlier one with the same key.
    attempt UUID NOT NULL,
    fingerprint TEXT NOT NULL,
    -- The node that began it.
    owner UUID NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT,
    state TEXT NOT NULL CHECK (state IN ('running', 'sent', 'unknown', 'succeeded')),
    remaining BIGINT,
    completed_uploads BIGINT,
    period TEXT,
    photo_id TEXT,
    content_hash TEXT,
    PRIMARY KEY (client, key),
    CHECK (state <> 'succeeded' OR photo_id IS NOT NULL)
  );
  CREATE INDEX attempts_by_age ON attempts (begun_at);
  CREATE INDEX attempts_by_end ON attempts (ended_at) WHERE ended_at IS NOT NULL;
  CREATE INDEX attempts_under_way ON attempts (owner) WHERE state IN ('running', 'sent');

  -- Uploads that may be charged now and are not counted as completed.
  CREATE TABLE open_uploads (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node UUID NOT NULL
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
  CREATE INDEX open_uploads_by_node ON open_uploads (node);

  -- How many uploads have succeeded, and when the last did. In parts: one row would be locked by one
  -- upload at a time, from its count to the end of its commit.
  CREATE TABLE completed (
    part SMALLINT PRIMARY KEY,
    uploads BIGINT NOT NULL,
    succeeded_at BIGINT
  );
  INSERT INTO completed SELECT part, 0, NULL FROM generate_series(0, 15) AS part;

  -- How many uploads each client has made in a period.
  CREATE TABLE allowances (
    client TEXT COLLATE "C" NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    taken INTEGER NOT NULL CHECK (taken >= 0),
    touched_at BIGINT NOT NULL,
    PRIMARY KEY (client, period)
  );
  CREATE INDEX allowances_by_age ON allowances (touched_at);

  CREATE TABLE times (
    class TEXT COLLATE "C" PRIMARY KEY,
    times JSON NOT NULL
  );

  -- What there is one of.
  CREATE TABLE gateway (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    signing_key BYTEA,
    clock_ms BIGINT NOT NULL,
    -- The account when no upload was open last.
    remaining BIGINT,
    completed_uploads BIGINT
  );
  INSERT INTO gateway VALUES (1, NULL, 0, NULL, NULL);
  `,
  `
  -- What each client calls its photo.
  ALTER TABLE uploads ADD COLUMN file_name TEXT;
  `,
  `
  -- When an upload that was sent will have ended at the latest, whatever becomes of its gateway.
  ALTER TABLE attempts ADD COLUMN ends_by BIGINT;
  `,
  `
  -- What the receivers of webhooks were told of it last; NULL if nothing. Without webhooks it stays NULL.
  ALTER TABLE uploads ADD COLUMN told TEXT CHECK (told IN ('READY', 'EXPIRED'));
  CREATE INDEX uploads_to_expire ON uploads (expires_at)
    WHERE told = 'READY' AND status = 'READY' AND expires_at IS NOT NULL;

  -- Webhooks: each event on its way to one receiver. Times as above; due_at and touched_at use the store's clock.
  CREATE TABLE deliveries (
    seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    receiver TEXT COLLATE "C" NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    photo_id TEXT COLLATE "C" NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    photo TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL,
    reason TEXT,
    due_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    -- The node that works on it, as long as that is alive.
    owner UUID
  );
  CREATE INDEX deliveries_due ON deliveries (receiver, due_at, seq) WHERE state = 'waiting';
  CREATE INDEX deliveries_next ON deliveries (due_at) WHERE state = 'waiting';
  CREATE INDEX deliveries_of_photo ON deliveries (receiver, photo_id, seq) WHERE state = 'waiting';
  CREATE INDEX deliveries_waiting ON deliveries (receiver, seq) WHERE state = 'waiting';
  CREATE INDEX deliveries_by_state ON deliveries (state, seq);
  CREATE INDEX deliveries_by_age ON deliveries (state, touched_at);

  -- Receivers that want no more webhooks, each with the hash of the address that it had.
  CREATE TABLE disabled_receivers (
    receiver TEXT COLLATE "C" PRIMARY KEY,
    address_hash TEXT NOT NULL
  );
  `,
  `
  -- What a fleet needs beside its records. Earlier versions made it at each start.
  -- Which node has clients that wait for an id which they did not upload.
  CREATE TABLE IF NOT EXISTS foreign_waits (
    photo_id TEXT COLLATE "C" NOT NULL,
    node UUID NOT NULL,
    rate_limit_key TEXT NOT NULL,
    PRIMARY KEY (photo_id, node)
  );
  CREATE INDEX IF NOT EXISTS foreign_waits_by_node ON foreign_waits (node);

  -- How long photos took, by class: between these ages they became ready.
  CREATE TABLE IF NOT EXISTS processing_times (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    class TEXT COLLATE "C" NOT NULL,
    node UUID NOT NULL,
    not_ready_ms INTEGER NOT NULL,
    ready_ms INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS processing_times_by_class ON processing_times (class, seq);

  -- Tells all nodes of a photo's new state (src/photos/fleet/messages.ts) when the transaction commits, and
  -- never otherwise, whichever statement changed it.
  CREATE OR REPLACE FUNCTION tell_of_photo() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('photo_gateway', json_build_object(
      'kind', 'changed', 'id', NEW.id, 'revision', NEW.revision, 'status', NEW.status)::text);
    RETURN NULL;
  END
  $$;
  CREATE OR REPLACE TRIGGER photos_tell_new AFTER INSERT ON photos
    FOR EACH ROW WHEN (NEW.status <> 'PROCESSING') EXECUTE FUNCTION tell_of_photo();
  CREATE OR REPLACE TRIGGER photos_tell_changed AFTER UPDATE OF status, revision ON photos
    FOR EACH ROW WHEN (NEW.status <> OLD.status OR NEW.revision <> OLD.revision)
    EXECUTE FUNCTION tell_of_photo();
  `,
  `
  -- The pictures as they were uploaded. Each belongs to one upload, and so to one client.
  CREATE TABLE originals (
    photo_id TEXT COLLATE "C" NOT NULL,
    revision INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    -- Null while it is on its way into the archive.
    kept_at BIGINT,
    -- From when on it must be deleted; null while its client has it.
    expires_at BIGINT,
    PRIMARY KEY (photo_id, revision)
  );
  CREATE INDEX originals_to_lapse ON originals (expires_at, photo_id, revision)
    WHERE expires_at IS NOT NULL;

  -- That of the client's own last upload, whichever picture it has now.
  ALTER TABLE uploads ADD COLUMN own_revision INTEGER;

  -- An original goes with its client's photo, whoever ends that.
  CREATE FUNCTION originals_follow_upload() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE originals
    SET expires_at = CASE
      WHEN TG_OP = 'DELETE' OR NEW.status = 'EXPIRED'
        OR revision IS DISTINCT FROM NEW.own_revision THEN 0
      WHEN kept_at IS NULL THEN expires_at
    END
    WHERE photo_id = OLD.photo_id
      AND revision IN (OLD.own_revision, coalesce(NEW.own_revision, OLD.own_revision));
    RETURN NULL;
  END
  $$;
  CREATE TRIGGER originals_follow_upload AFTER UPDATE OF status, own_revision ON uploads
    FOR EACH ROW WHEN (NEW.own_revision IS DISTINCT FROM OLD.own_revision
      OR (NEW.status = 'EXPIRED') <> (OLD.status = 'EXPIRED'))
    EXECUTE FUNCTION originals_follow_upload();
  CREATE TRIGGER originals_follow_forgotten AFTER DELETE ON uploads
    FOR EACH ROW EXECUTE FUNCTION originals_follow_upload();
  `,
  `
  -- To delete what is told of a photo together with it.
  CREATE INDEX deliveries_by_photo ON deliveries (photo_id);
  `,
];
