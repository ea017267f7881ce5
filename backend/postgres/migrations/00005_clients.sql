-- +goose Up

-- What a person has said yes to, until the client has fetched its first tokens: a code (RFC 6749, 4.1) or
-- a device code (RFC 8628), of which the SHA-256 is kept. sid is drawn with the approval: it is that of the
-- session which the code becomes, so that a second use finds what the first one got.
CREATE TABLE approvals (
  hash               text PRIMARY KEY,               -- SHA-256 of the code, in hex
  grant_type         text NOT NULL CHECK (grant_type IN ('authorization_code', 'device_code')),
  client_id          text NOT NULL,
  sid                uuid NOT NULL UNIQUE,
  created_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at         timestamptz NOT NULL,
  used_at            timestamptz,
  -- who has approved, and what was proved; empty while a device waits
  decision           text CHECK (decision IN ('approved', 'denied')),
  decided_at         timestamptz,
  user_id            uuid REFERENCES users ON DELETE CASCADE,
  credential_version bigint,
  amr                text,
  acr                text,
  -- of a code: what the token request must match
  redirect_uri       text NOT NULL DEFAULT '',
  code_challenge     text NOT NULL DEFAULT '',
  -- of a device: what the person types (its SHA-256), where it asked from, and how often it may ask
  user_code          text UNIQUE,
  ip                 text NOT NULL DEFAULT '',
  user_agent         text NOT NULL DEFAULT '',
  every              integer NOT NULL DEFAULT 5,     -- seconds
  polled_at          timestamptz
);
CREATE INDEX approvals_expires_at ON approvals (expires_at);

-- The refresh tokens of one login: the one that has not been used, and the newest that was. What all of
-- them share says which family a token is of; one of the family that is neither of the two was used before.
CREATE TABLE refresh_families (
  family     text PRIMARY KEY,                       -- SHA-256 of what all tokens of it share, in hex
  sid        uuid NOT NULL UNIQUE,
  current    text NOT NULL,                          -- SHA-256 of the token that has not been used, in hex
  used       text,                                   -- of the newest used one
  used_at    timestamptz,                            -- its first use
  successor  bytea                                   -- the current one, sealed under a key that only the used one yields
);

-- A family ends with its session, whoever deletes that.
-- +goose StatementBegin
CREATE FUNCTION sessions_families() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM refresh_families WHERE sid IN (SELECT sid FROM gone WHERE kind = 'client');
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER sessions_families AFTER DELETE ON sessions REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION sessions_families();

-- +goose Down
DROP TRIGGER sessions_families ON sessions;
DROP FUNCTION sessions_families;
DROP TABLE refresh_families, approvals;
