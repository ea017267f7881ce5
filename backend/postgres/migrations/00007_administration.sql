-- +goose Up

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

ALTER TABLE users ADD COLUMN words tsvector GENERATED ALWAYS AS (vestibule_words(email_key, name)) STORED;
CREATE INDEX users_words ON users USING gin (words) WITH (fastupdate = off);
CREATE INDEX users_newest ON users (created_at, id);
CREATE INDEX users_admins ON users (created_at, id) WHERE role = 'admin';
CREATE INDEX users_disabled ON users (created_at, id) WHERE disabled_at IS NOT NULL;

-- +goose Down
DROP INDEX users_disabled, users_admins, users_newest, users_words;
ALTER TABLE users DROP COLUMN words;
DROP FUNCTION vestibule_prefixes, vestibule_words, vestibule_fold;
