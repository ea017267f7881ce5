-- +goose Up

-- People. credential_version rises whenever what a sign-in proved stops being true; a session is
-- only made for the version that was proved.
CREATE TABLE users (
  id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email               text NOT NULL,                 -- as typed, NFC
  email_key           text NOT NULL UNIQUE,          -- what two spellings of one address share
  name                text NOT NULL,
  role                text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
  password_hash       text NOT NULL,                 -- a PHC string
  credential_version  bigint NOT NULL DEFAULT 1,
  disabled_at         timestamptz,
  created_at          timestamptz NOT NULL DEFAULT now(),
  password_changed_at timestamptz NOT NULL DEFAULT now()
);

-- The only truth. Two views of one row: k, v, e for the storage driver, the rest for GORM.
-- The columns that the driver does not know have no defaults, so that its upsert, which would bring
-- an ended session back, fails instead.
CREATE TABLE sessions (
  k                   varchar(64) PRIMARY KEY,       -- SHA-256 of the cookie's value, in hex
  v                   bytea NOT NULL,                -- what a request needs; derived below
  e                   bigint NOT NULL,               -- the earlier limit, epoch seconds; derived below
  sid                 uuid NOT NULL UNIQUE,
  kind                text NOT NULL CHECK (kind IN ('browser', 'client')),
  user_id             uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  client_id           text NOT NULL,                 -- empty for kind browser
  remember            boolean NOT NULL,              -- "keep me signed in"
  ip                  text NOT NULL,
  user_agent          text NOT NULL,
  created_at          timestamptz NOT NULL,
  last_seen_at        timestamptz NOT NULL,
  idle_expires_at     timestamptz NOT NULL,
  absolute_expires_at timestamptz NOT NULL,
  auth_time           timestamptz NOT NULL,
  amr                 text NOT NULL,                 -- RFC 8176 values, a space between them
  acr                 text NOT NULL,
  CHECK (idle_expires_at <= absolute_expires_at)
);
CREATE INDEX sessions_e ON sessions (e);
CREATE INDEX sessions_user_id ON sessions (user_id);

-- +goose StatementBegin
CREATE FUNCTION sessions_derive() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- v and e are never written by hand: whatever changes a row rewrites both, in the same UPDATE.
CREATE TRIGGER sessions_derive BEFORE INSERT OR UPDATE ON sessions
  FOR EACH ROW EXECUTE FUNCTION sessions_derive();

-- Every session that was ended before its time. Numbers may become visible out of order.
CREATE TABLE revocations (
  n        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sid      uuid NOT NULL,
  user_id  uuid NOT NULL,
  ended_at timestamptz NOT NULL,
  reason   text NOT NULL
);
CREATE INDEX revocations_ended_at ON revocations (ended_at);

-- The append-only account of what happened. No foreign keys: it outlives whom it tells of.
CREATE TABLE events (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  name       text NOT NULL CHECK (name ~ '^[a-z_]+\.[a-z_]+$'),
  actor_id   uuid,
  user_id    uuid,
  sid        uuid,
  ip         text NOT NULL DEFAULT '',
  user_agent text NOT NULL DEFAULT '',
  request_id text NOT NULL DEFAULT '',
  detail     jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX events_user_id ON events (user_id, id DESC);
CREATE INDEX events_at ON events (at);

-- +goose StatementBegin
CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
-- +goose StatementEnd
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION events_append_only();

-- Ending a session is deleting its row, whoever deletes it. The reason and the origin travel as
-- transaction-local settings; where none is set, an operator did it by hand: 'deleted'.
-- Rows whose time was over are only tidied away: nothing is told. One message a session up to a
-- hundred, beyond that a single one, "read the revocations up to this number".
-- +goose StatementBegin
CREATE FUNCTION vestibule_setting(name text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('vestibule.' || name, true), '')
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION sessions_ended() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER sessions_ended AFTER DELETE ON sessions REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION sessions_ended();

-- A TRUNCATE fires no row trigger: nobody would be told.
-- +goose StatementBegin
CREATE FUNCTION sessions_not_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'sessions is never truncated, since no replica would be told: use DELETE' USING ERRCODE = 'insufficient_privilege';
END $$;
-- +goose StatementEnd
CREATE TRIGGER sessions_not_truncated BEFORE TRUNCATE ON sessions
  FOR EACH STATEMENT EXECUTE FUNCTION sessions_not_truncated();

-- Nothing that a session carries may go stale: who is disabled, or gets another role, is signed out.
-- +goose StatementBegin
CREATE FUNCTION users_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before text := vestibule_setting('reason');
BEGIN
  IF before = '' THEN
    PERFORM set_config('vestibule.reason', 'account_changed', true);
  END IF;
  DELETE FROM sessions WHERE user_id = NEW.id;
  PERFORM set_config('vestibule.reason', before, true);
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER users_changed AFTER UPDATE ON users FOR EACH ROW
  WHEN (OLD.role IS DISTINCT FROM NEW.role OR (OLD.disabled_at IS NULL AND NEW.disabled_at IS NOT NULL))
  EXECUTE FUNCTION users_changed();

-- A sign-in under way proved an account that has changed since: its version no longer fits.
-- +goose StatementBegin
CREATE FUNCTION users_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.credential_version := OLD.credential_version + 1;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER users_version BEFORE UPDATE ON users FOR EACH ROW
  WHEN (OLD.role IS DISTINCT FROM NEW.role OR OLD.disabled_at IS DISTINCT FROM NEW.disabled_at
        OR OLD.password_changed_at IS DISTINCT FROM NEW.password_changed_at)
  EXECUTE FUNCTION users_version();

-- Failed attempts, shared by all replicas. The key says what is counted: an account from one
-- network address, an address, an account; accounts are kept as hashes of what was typed, so that
-- one that does not exist is counted like one that does.
CREATE TABLE attempts (
  key           text PRIMARY KEY,
  failures      integer NOT NULL,
  blocked_until timestamptz NOT NULL,
  last_at       timestamptz NOT NULL
);
CREATE INDEX attempts_last_at ON attempts (last_at);

-- Signing keys; the private half is sealed with the master key.
CREATE TABLE signing_keys (
  kid        text PRIMARY KEY,
  alg        text NOT NULL CHECK (alg IN ('ES256', 'EdDSA', 'RS256')),
  public     jsonb NOT NULL,
  sealed     bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- +goose Down
DROP TABLE signing_keys, attempts, events, revocations, sessions, users;
DROP FUNCTION users_version, users_changed, sessions_not_truncated, sessions_ended, vestibule_setting, events_append_only, sessions_derive;
