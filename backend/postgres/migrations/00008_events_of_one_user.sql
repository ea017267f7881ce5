-- +goose Up

-- What happened to one user, by time as all else in the account: events_user_id has the order of their own list.
CREATE INDEX events_user_at ON events (user_id, at, id) WHERE user_id IS NOT NULL;

-- +goose Down
DROP INDEX events_user_at;
