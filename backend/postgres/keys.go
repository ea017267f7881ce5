package postgres

import (
	"context"
	"fmt"
	"maps"
	"time"

	"gorm.io/gorm"

	"vestibule/backend/event"
	"vestibule/backend/token"
)

// keysLock is the advisory lock under which keys are changed; any fixed number of ours.
const keysLock = 0x76657374

// Keys is the store of signing keys. It satisfies token.KeyStore and token.KeyBook.
type Keys struct{ db *DB }

var (
	_ token.KeyStore = (*Keys)(nil)
	_ token.KeyBook  = (*Keys)(nil)
)

// NewKeys makes the store.
func NewKeys(db *DB) *Keys { return &Keys{db} }

type keyRow struct {
	Kid       string
	Alg       string
	Public    string
	Sealed    []byte
	CreatedAt time.Time
	SignsFrom time.Time
	RevokedAt *time.Time
	RetiredAt *time.Time
	Now       time.Time
}

// Ensure gives all keys, and makes one under the lock where none is left that signs, now or later.
func (k *Keys) Ensure(ctx context.Context, create func() (token.Stored, error)) ([]token.Stored, error) {
	all, now, err := k.Keys(ctx)
	if err != nil || token.CanSign(all, now) {
		return all, err
	}
	err = k.Change(ctx, event.Origin{}, func(all []token.Stored, now time.Time) ([]token.Change, error) {
		if token.CanSign(all, now) {
			return nil, nil
		}
		made, err := create()
		made.CreatedAt, made.SignsFrom = now, now
		return []token.Change{{Key: made, Event: event.KeyCreated}}, err
	})
	if err != nil {
		return nil, fmt.Errorf("ensure a signing key: %w", err)
	}
	all, _, err = k.Keys(ctx)
	return all, err
}

// Keys gives all keys there ever were, and the database's time; no time where there is none.
func (k *Keys) Keys(ctx context.Context) ([]token.Stored, time.Time, error) {
	all, now, err := readKeys(k.db.gorm.WithContext(ctx))
	if err != nil {
		return nil, now, fmt.Errorf("read the signing keys: %w", wrap(err))
	}
	return all, now, nil
}

func readKeys(tx *gorm.DB) ([]token.Stored, time.Time, error) {
	var rows []keyRow
	err := tx.Raw(`SELECT kid, alg, public::text, sealed, created_at, signs_from, revoked_at, retired_at, clock_timestamp() AS now
		FROM signing_keys ORDER BY signs_from DESC, created_at DESC, kid`).Scan(&rows).Error
	var now time.Time
	stored := make([]token.Stored, len(rows))
	for i, r := range rows {
		now = r.Now
		stored[i] = token.Stored{ID: r.Kid, Algorithm: r.Alg, Public: []byte(r.Public), Sealed: r.Sealed,
			CreatedAt: r.CreatedAt, SignsFrom: r.SignsFrom, RevokedAt: orNever(r.RevokedAt), RetiredAt: orNever(r.RetiredAt)}
	}
	return stored, now, err
}

// Change runs decide under the lock, and stores what it gives.
func (k *Keys) Change(ctx context.Context, origin event.Origin, decide func([]token.Stored, time.Time) ([]token.Change, error)) error {
	var refused error
	err := k.db.inTx(ctx, origin, "", func(tx *gorm.DB) error {
		if err := tx.Exec(`SELECT pg_advisory_xact_lock(?)`, keysLock).Error; err != nil {
			return err
		}
		var now time.Time
		if err := tx.Raw(`SELECT clock_timestamp()`).Row().Scan(&now); err != nil { // not now(): the lock was waited for
			return err
		}
		all, _, err := readKeys(tx)
		if err != nil {
			return err
		}
		changes, err := decide(all, now)
		if err != nil {
			refused = err
			return err
		}
		for _, each := range changes {
			if err := writeKey(tx, each, origin); err != nil {
				return err
			}
		}
		return nil
	})
	if refused != nil {
		return refused // which is not the database's
	}
	return err
}

func writeKey(tx *gorm.DB, c token.Change, origin event.Origin) error {
	s := c.Key
	err := tx.Exec(`
		INSERT INTO signing_keys (kid, alg, public, sealed, created_at, signs_from, revoked_at, retired_at)
		VALUES (?, ?, ?::jsonb, ?, ?, ?, ?, ?)
		ON CONFLICT (kid) DO UPDATE SET sealed = excluded.sealed, signs_from = excluded.signs_from,
		       revoked_at = excluded.revoked_at, retired_at = excluded.retired_at`,
		s.ID, s.Algorithm, string(s.Public), s.Sealed, s.CreatedAt, s.SignsFrom, orNotYet(s.RevokedAt), orNotYet(s.RetiredAt)).Error
	if err != nil || c.Event == "" {
		return err
	}
	detail := map[string]any{"kid": s.ID, "alg": s.Algorithm}
	maps.Copy(detail, c.Detail)
	return writeEvent(tx, event.Event{Name: c.Event, Origin: origin, Detail: detail})
}

func orNever(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return *at
}

func orNotYet(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}
