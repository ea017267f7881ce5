package postgres

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"vestibule/backend/event"
	"vestibule/backend/token"
)

// keysLock is the advisory lock under which keys are made; any fixed number of ours.
const keysLock = 0x76657374

// Keys is the store of signing keys. It satisfies token.KeyStore.
type Keys struct{ db *DB }

var _ token.KeyStore = (*Keys)(nil)

// NewKeys makes the store.
func NewKeys(db *DB) *Keys { return &Keys{db} }

type keyRow struct {
	Kid       string
	Alg       string
	Public    string
	Sealed    []byte
	CreatedAt time.Time
}

// Ensure gives all keys, newest first, and makes the first one under a lock.
func (k *Keys) Ensure(ctx context.Context, algorithm string, create func() (token.Stored, error)) ([]token.Stored, error) {
	var rows []keyRow
	err := k.db.inTx(ctx, event.Origin{}, "", func(tx *gorm.DB) error {
		if err := tx.Exec(`SELECT pg_advisory_xact_lock(?)`, keysLock).Error; err != nil {
			return err
		}
		var there bool
		if err := tx.Raw(`SELECT EXISTS (SELECT FROM signing_keys WHERE alg = ?)`, algorithm).Row().Scan(&there); err != nil {
			return err
		}
		if !there {
			made, err := create()
			if err != nil {
				return err
			}
			err = tx.Exec(`INSERT INTO signing_keys (kid, alg, public, sealed) VALUES (?, ?, ?::jsonb, ?)`,
				made.ID, made.Algorithm, string(made.Public), made.Sealed).Error
			if err != nil {
				return err
			}
			if err := writeEvent(tx, event.Event{Name: event.KeyCreated, Detail: map[string]any{"kid": made.ID, "alg": made.Algorithm}}); err != nil {
				return err
			}
		}
		return tx.Raw(`SELECT kid, alg, public::text, sealed, created_at FROM signing_keys ORDER BY created_at DESC, kid`).Scan(&rows).Error
	})
	if err != nil {
		return nil, fmt.Errorf("ensure a signing key: %w", err)
	}
	stored := make([]token.Stored, len(rows))
	for i, r := range rows {
		stored[i] = token.Stored{ID: r.Kid, Algorithm: r.Alg, Public: []byte(r.Public), Sealed: r.Sealed, CreatedAt: r.CreatedAt}
	}
	return stored, nil
}
