-- +goose Up

-- When a revocation was first seen by someone else than its own transaction, which may have been open
-- for long: no sooner than it was committed. The sweeper notes it, and counts from then.
ALTER TABLE revocations ADD COLUMN visible_at timestamptz;
DROP INDEX revocations_ended_at;
CREATE INDEX revocations_visible_at ON revocations (visible_at);

-- One message a session up to a hundred; beyond that a single one, "read these numbers": those of
-- other transactions that lie between are read too, which does no harm.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION sessions_ended() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  why      text := vestibule_setting('reason');
  ended    integer;
  first    bigint;
  last     bigint;
  messages text[];
BEGIN
  IF why NOT IN ('signed_out', 'ended_by_user', 'ended_by_admin', 'password_changed', 'account_changed', 'reuse', 'suspicious') THEN
    why := 'deleted';
  END IF;

  WITH noted AS (
    INSERT INTO revocations (sid, user_id, ended_at, reason)
    SELECT sid, user_id, clock_timestamp(), why FROM gone
     WHERE least(idle_expires_at, absolute_expires_at) > clock_timestamp()
    RETURNING n, sid, ended_at
  ), told AS (
    INSERT INTO events (name, actor_id, user_id, sid, ip, user_agent, request_id, detail)
    SELECT 'session.ended', nullif(vestibule_setting('actor'), '')::uuid, user_id, sid,
           vestibule_setting('ip'), vestibule_setting('user_agent'), vestibule_setting('request_id'),
           jsonb_build_object('reason', why, 'kind', kind, 'client_id', client_id, 'device', gone.user_agent)
      FROM noted JOIN gone USING (sid)
  )
  SELECT count(*), min(n), max(n), array_agg(json_build_object('ended', sid, 'n', n, 'reason', why, 'at', ended_at)::text)
    INTO ended, first, last, messages FROM noted;

  IF ended > 100 THEN
    messages := ARRAY[json_build_object('from', first, 'to', last)::text];
  END IF;
  PERFORM pg_notify('vestibule', message) FROM unnest(messages) AS message;
  RETURN NULL;
END $$;
-- +goose StatementEnd

-- What a replica remembers of a session must not outlive a change of it, other than its use. The old
-- key is told: it is a hash, and opens nothing.
-- +goose StatementBegin
CREATE FUNCTION sessions_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('vestibule', json_build_object('changed', OLD.k, 'sid', OLD.sid)::text);
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER sessions_changed AFTER UPDATE ON sessions FOR EACH ROW
  WHEN (NEW.idle_expires_at < OLD.idle_expires_at
        OR (OLD.k, OLD.sid, OLD.kind, OLD.user_id, OLD.client_id, OLD.remember, OLD.absolute_expires_at, OLD.auth_time, OLD.amr, OLD.acr)
           IS DISTINCT FROM
           (NEW.k, NEW.sid, NEW.kind, NEW.user_id, NEW.client_id, NEW.remember, NEW.absolute_expires_at, NEW.auth_time, NEW.amr, NEW.acr))
  EXECUTE FUNCTION sessions_changed();

-- A downstream that asks for names gets those of its user, not those of five minutes ago.
-- +goose StatementBegin
CREATE FUNCTION users_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('vestibule', json_build_object('changed', k, 'sid', sid)::text) FROM sessions WHERE user_id = NEW.id;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER users_renamed AFTER UPDATE ON users FOR EACH ROW
  WHEN ((OLD.email, OLD.name) IS DISTINCT FROM (NEW.email, NEW.name))
  EXECUTE FUNCTION users_renamed();

-- +goose Down
DROP TRIGGER users_renamed ON users;
DROP TRIGGER sessions_changed ON sessions;
DROP FUNCTION users_renamed, sessions_changed;
DROP INDEX revocations_visible_at;
CREATE INDEX revocations_ended_at ON revocations (ended_at);
ALTER TABLE revocations DROP COLUMN visible_at;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION sessions_ended() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  why      text := vestibule_setting('reason');
  ended    integer;
  last     bigint;
  messages text[];
BEGIN
  IF why NOT IN ('signed_out', 'ended_by_user', 'ended_by_admin', 'password_changed', 'account_changed', 'reuse', 'suspicious') THEN
    why := 'deleted';
  END IF;

  WITH noted AS (
    INSERT INTO revocations (sid, user_id, ended_at, reason)
    SELECT sid, user_id, clock_timestamp(), why FROM gone
     WHERE least(idle_expires_at, absolute_expires_at) > clock_timestamp()
    RETURNING n, sid
  ), told AS (
    INSERT INTO events (name, actor_id, user_id, sid, ip, user_agent, request_id, detail)
    SELECT 'session.ended', nullif(vestibule_setting('actor'), '')::uuid, user_id, sid,
           vestibule_setting('ip'), vestibule_setting('user_agent'), vestibule_setting('request_id'),
           jsonb_build_object('reason', why, 'kind', kind, 'client_id', client_id, 'device', gone.user_agent)
      FROM noted JOIN gone USING (sid)
  )
  SELECT count(*), max(n), array_agg(json_build_object('ended', sid, 'n', n, 'reason', why)::text)
    INTO ended, last, messages FROM noted;

  IF ended > 100 THEN
    messages := ARRAY[json_build_object('ended_up_to', last)::text];
  END IF;
  PERFORM pg_notify('vestibule', message) FROM unnest(messages) AS message;
  RETURN NULL;
END $$;
-- +goose StatementEnd
