-- +goose Up

-- A session in use has its limit moved once a minute, and that must not rewrite its index entries: a row
-- whose indexed columns stay is written beside itself, in the same page (a heap-only tuple). So no index
-- may hold e; due, for the sweeper, is e at the end of its quarter of an hour, which most slides leave.
ALTER TABLE sessions SET (fillfactor = 70);
ALTER TABLE sessions ADD COLUMN due bigint;          -- e, rounded up to 900 s; derived below

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION sessions_derive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.e := ceil(extract(epoch FROM least(NEW.idle_expires_at, NEW.absolute_expires_at)));
  NEW.due := (NEW.e + 899) / 900 * 900;
  NEW.v := convert_to(jsonb_build_object(
    'sid', NEW.sid, 'kind', NEW.kind, 'user_id', NEW.user_id, 'client_id', NEW.client_id,
    'remember', NEW.remember, 'created_at', NEW.created_at, 'last_seen_at', NEW.last_seen_at,
    'idle_expires_at', NEW.idle_expires_at, 'absolute_expires_at', NEW.absolute_expires_at,
    'auth_time', NEW.auth_time, 'amr', string_to_array(NEW.amr, ' '), 'acr', NEW.acr)::text, 'UTF8');
  RETURN NEW;
END $$;
-- +goose StatementEnd

UPDATE sessions SET e = e;
ALTER TABLE sessions ALTER COLUMN due SET NOT NULL;
CREATE INDEX sessions_due ON sessions (due);
DROP INDEX sessions_e;

-- +goose Down
CREATE INDEX sessions_e ON sessions (e);
ALTER TABLE sessions RESET (fillfactor);
ALTER TABLE sessions DROP COLUMN due;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION sessions_derive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.e := ceil(extract(epoch FROM least(NEW.idle_expires_at, NEW.absolute_expires_at)));
  NEW.v := convert_to(jsonb_build_object(
    'sid', NEW.sid, 'kind', NEW.kind, 'user_id', NEW.user_id, 'client_id', NEW.client_id,
    'remember', NEW.remember, 'created_at', NEW.created_at, 'last_seen_at', NEW.last_seen_at,
    'idle_expires_at', NEW.idle_expires_at, 'absolute_expires_at', NEW.absolute_expires_at,
    'auth_time', NEW.auth_time, 'amr', string_to_array(NEW.amr, ' '), 'acr', NEW.acr)::text, 'UTF8');
  RETURN NEW;
END $$;
-- +goose StatementEnd
