-- +goose Up

-- The life of a signing key: published from the start, it signs from signs_from until the next one does,
-- and leaves the JWKS at retired_at, or at revoked_at where it was compromised. The latter may lie half a
-- second ahead: by then no request is under way any more with a token that it signed.
ALTER TABLE signing_keys
  ADD COLUMN signs_from timestamptz,
  ADD COLUMN revoked_at timestamptz,
  ADD COLUMN retired_at timestamptz;                 -- from then on sealed is empty: nobody needs it any more
UPDATE signing_keys SET signs_from = created_at;
ALTER TABLE signing_keys
  ALTER COLUMN signs_from SET DEFAULT now(),
  ALTER COLUMN signs_from SET NOT NULL;

-- Whoever changes a key, by a command or in psql, every replica takes it in.
-- +goose StatementBegin
CREATE FUNCTION signing_keys_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('vestibule', '{"keys": true}');
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER signing_keys_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON signing_keys
  FOR EACH STATEMENT EXECUTE FUNCTION signing_keys_changed();

-- +goose Down
DROP TRIGGER signing_keys_changed ON signing_keys;
DROP FUNCTION signing_keys_changed;
ALTER TABLE signing_keys DROP COLUMN retired_at, DROP COLUMN revoked_at, DROP COLUMN signs_from;
