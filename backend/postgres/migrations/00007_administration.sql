-- +goose Up

-- An address as a number, so that a network is a range of them; null for a text that is none.
-- +goose StatementBegin
CREATE FUNCTION vestibule_address(typed text) RETURNS inet LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN typed::inet;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN NULL;
END $$;
-- +goose StatementEnd

-- No column of these changes while a session is used: a slide leaves them alone, as it leaves the others.
-- That is why there is none for when a session was last seen.
CREATE INDEX sessions_newest ON sessions (created_at, sid);
CREATE INDEX sessions_kind ON sessions (kind, created_at, sid);
CREATE INDEX sessions_address ON sessions (vestibule_address(ip), created_at);
CREATE INDEX sessions_user_agent ON sessions (user_agent, created_at);

-- The account is read by time, from the newest on; events of one transaction may have one time.
CREATE INDEX events_newest ON events (at, id);
CREATE INDEX events_name ON events (name, at, id);
CREATE INDEX events_noun ON events (split_part(name, '.', 1), at, id);
CREATE INDEX events_actor ON events (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX events_sid ON events (sid) WHERE sid IS NOT NULL;
CREATE INDEX events_address ON events (vestibule_address(ip), at, id);
DROP INDEX events_at;

-- What each replica did in five seconds, for an hour: a crash may take it. Delays are in milliseconds.
CREATE UNLOGGED TABLE samples (
  at               timestamptz NOT NULL,             -- the end of the step, a multiple of five seconds
  replica          text NOT NULL,
  sign_ins         bigint NOT NULL,
  sign_in_failures bigint NOT NULL,
  exchanges        bigint NOT NULL,
  lookups_cache    bigint NOT NULL,
  lookups_database bigint NOT NULL,
  lookups_refused  bigint NOT NULL,
  revocations      bigint NOT NULL,
  delay_p50        double precision,
  delay_p99        double precision,
  sessions_browser bigint,                           -- counted by one of the replicas
  sessions_client  bigint
);
CREATE INDEX samples_at ON samples (at);

-- What an administrator types finds people by the beginning of their address, or of a word of their name.
-- Case is folded as Unicode has it, where this server can; a cluster's own locale may know ASCII alone.
-- +goose StatementBegin
DO $$
DECLARE
  known text := (SELECT 'COLLATE "und-x-icu"' FROM pg_collation WHERE collname = 'und-x-icu' LIMIT 1);
BEGIN
  EXECUTE 'CREATE FUNCTION vestibule_fold(typed text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(typed ' || coalesce(known, '') || ')';
END $$;
-- +goose StatementEnd
CREATE FUNCTION vestibule_words(email_key text, name text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN array_to_tsvector(ARRAY (
    SELECT DISTINCT left(word, 254) FROM string_to_table(email_key || ' ' || translate(vestibule_fold(name), E'\u00a0\u3000\t', '   '), ' ') AS word WHERE word <> ''));
CREATE FUNCTION vestibule_prefixes(typed text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (SELECT string_agg('''' || replace(replace(left(word, 254), '\', '\\'), '''', '''''') || ''':*', ' & ')::tsquery
            FROM string_to_table(vestibule_fold(typed), ' ') AS word WHERE word <> '');

-- From here on nobody reads users until all is done: so this comes last.
ALTER TABLE users ADD COLUMN words tsvector GENERATED ALWAYS AS (vestibule_words(email_key, name)) STORED;
CREATE INDEX users_words ON users USING gin (words) WITH (fastupdate = off);
CREATE INDEX users_newest ON users (created_at, id);
CREATE INDEX users_admins ON users (created_at, id) WHERE role = 'admin';
CREATE INDEX users_disabled ON users (created_at, id) WHERE disabled_at IS NOT NULL;

-- +goose Down
DROP TABLE samples;
CREATE INDEX events_at ON events (at);
DROP INDEX events_address, events_sid, events_actor, events_noun, events_name, events_newest;
DROP INDEX sessions_user_agent, sessions_address, sessions_kind, sessions_newest;
DROP FUNCTION vestibule_address;
DROP INDEX users_disabled, users_admins, users_newest, users_words;
ALTER TABLE users DROP COLUMN words;
DROP FUNCTION vestibule_prefixes, vestibule_words, vestibule_fold;
