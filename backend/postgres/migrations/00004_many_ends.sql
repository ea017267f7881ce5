-- +goose Up

-- The trigger joined what was ended with what was noted of it. Its plan is made for the first end of a
-- connection, which is of one session, and kept: for 10,000 at once that was a comparison of each with each,
-- ten seconds of a processor. There is nothing to join when the numbers are drawn first.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION sessions_ended() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  why     text := vestibule_setting('reason');
  actor   uuid := nullif(vestibule_setting('actor'), '')::uuid;
  address text := vestibule_setting('ip');
  agent   text := vestibule_setting('user_agent');
  request text := vestibule_setting('request_id');
  ended   integer;
  numbers bigint[];
  sids    uuid[];
  times   timestamptz[];
BEGIN
  IF why NOT IN ('signed_out', 'ended_by_user', 'ended_by_admin', 'password_changed', 'account_changed', 'reuse', 'suspicious') THEN
    why := 'deleted';
  END IF;

  WITH ended AS MATERIALIZED (
    SELECT nextval('revocations_n_seq') AS n, clock_timestamp() AS at, * FROM gone
     WHERE least(idle_expires_at, absolute_expires_at) > clock_timestamp()
  ), noted AS (
    INSERT INTO revocations (n, sid, user_id, ended_at, reason) OVERRIDING SYSTEM VALUE
    SELECT n, sid, user_id, at, why FROM ended
  ), told AS (
    INSERT INTO events (name, actor_id, user_id, sid, ip, user_agent, request_id, detail)
    SELECT 'session.ended', actor, user_id, sid, address, agent, request,
           jsonb_build_object('reason', why, 'kind', kind, 'client_id', client_id, 'device', user_agent)
      FROM ended
  )
  SELECT count(*), array_agg(n), array_agg(sid), array_agg(at) INTO ended, numbers, sids, times FROM ended;

  IF ended > 100 THEN -- numbers go up in the order in which they were drawn
    PERFORM pg_notify('vestibule', json_build_object('from', numbers[1], 'to', numbers[ended])::text);
  ELSE
    PERFORM pg_notify('vestibule', json_build_object('ended', sid, 'n', n, 'reason', why, 'at', at)::text)
       FROM unnest(numbers, sids, times) AS one (n, sid, at);
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose Down
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
