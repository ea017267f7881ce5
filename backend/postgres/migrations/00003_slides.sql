-- +goose Up

-- A session in use has its limit moved once a minute, and that must not rewrite its index entries: a row
-- whose indexed columns stay is written beside itself, in the same page (a heap-only tuple). So no index
-- may hold e; due, for the sweeper, is e at the end of its quarter of an hour, which most slides leave.
ALTER TABLE sessions SET (fillfactor = 70);
ALTER TABLE sessions ADD COLUMN due bigint GENERATED ALWAYS AS ((e + 899) / 900 * 900) STORED;
CREATE INDEX sessions_due ON sessions (due);
DROP INDEX sessions_e;

-- +goose Down
CREATE INDEX sessions_e ON sessions (e);
ALTER TABLE sessions DROP COLUMN due;
ALTER TABLE sessions RESET (fillfactor);
