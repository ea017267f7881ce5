package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"vestibule/backend/event"
	"vestibule/backend/refresh"
	"vestibule/backend/session"
)

// Refresh is the store of refresh tokens. It satisfies refresh.Store.
type Refresh struct{ db *DB }

var _ refresh.Store = (*Refresh)(nil)

// NewRefresh makes the store.
func NewRefresh(db *DB) *Refresh { return &Refresh{db} }

type familyRow struct {
	SID               uuid.UUID `gorm:"column:sid"`
	UserID            uuid.UUID
	ClientID          string
	Current           string
	Used              string
	UsedAt            time.Time
	Successor         []byte
	AuthTime          time.Time
	AMR               string `gorm:"column:amr"`
	ACR               string `gorm:"column:acr"`
	AbsoluteExpiresAt time.Time
	Now               time.Time
}

func (r familyRow) login() refresh.Login {
	return refresh.Login{SID: r.SID, UserID: r.UserID, ClientID: r.ClientID, AuthTime: r.AuthTime,
		AMR: strings.Fields(r.AMR), ACR: r.ACR, AbsoluteExpiresAt: r.AbsoluteExpiresAt}
}

const findFamily = `SELECT sid, user_id, client_id, current, coalesce(used, '') AS used, coalesce(used_at, 'epoch') AS used_at, successor,
	       auth_time, amr, acr, absolute_expires_at, clock_timestamp() AS now
	  FROM refresh_families JOIN sessions USING (sid) WHERE family = ? AND kind = 'client' AND ` + live

// Use takes the user's lock first, as whoever ends a session does, and then asks again: so of many uses at
// once each sees what the one before has done, and none meets an end half-way.
func (r *Refresh) Use(ctx context.Context, use refresh.Use) (verdict refresh.Verdict, login refresh.Login, successor []byte, err error) {
	err = r.db.inTx(ctx, use.Origin, string(session.Reuse), func(tx *gorm.DB) error {
		err := tx.Exec(`SELECT 1 FROM users WHERE id = (SELECT user_id FROM refresh_families JOIN sessions USING (sid) WHERE family = ?)
			FOR NO KEY UPDATE`, use.Family).Error
		if err != nil {
			return err
		}
		var found familyRow
		if err := tx.Raw(findFamily+` FOR NO KEY UPDATE OF sessions`, use.Family).Take(&found).Error; err != nil {
			return notFoundAs(err, nil)
		}
		login, successor = found.login(), found.Successor
		kept := refresh.Family{ClientID: found.ClientID, Current: found.Current, Used: found.Used, UsedAt: found.UsedAt}
		switch verdict = kept.Judge(use.Hash, use.ClientID, found.Now, use.RetryWithin); verdict {
		case refresh.Unused:
			return rotate(tx, use, found.SID)
		case refresh.Reused:
			return endReused(tx, found, event.RefreshTokenReused, use.Origin)
		}
		return nil
	})
	if err != nil {
		return refresh.Unknown, refresh.Login{}, nil, fmt.Errorf("use a refresh token: %w", err)
	}
	return verdict, login, successor, nil
}

func rotate(tx *gorm.DB, use refresh.Use, sid uuid.UUID) error {
	err := tx.Exec(`UPDATE refresh_families SET used = current, used_at = clock_timestamp(), current = ?, successor = ? WHERE family = ?`,
		use.NextHash, use.NextSealed, use.Family).Error
	if err != nil {
		return err
	}
	return tx.Exec(`UPDATE sessions SET last_seen_at = now(),
		       idle_expires_at = least(now() + make_interval(secs => ?), absolute_expires_at) WHERE sid = ?`,
		use.Idle.Seconds(), sid).Error
}

// endReused ends a session of which somebody holds a copy of a secret, and says so. The reason is the
// transaction's.
func endReused(tx *gorm.DB, found familyRow, name event.Name, origin event.Origin) error {
	ended := tx.Exec(`DELETE FROM sessions WHERE sid = ?`, found.SID)
	if ended.Error != nil || ended.RowsAffected == 0 { // over already: it is told once
		return ended.Error
	}
	return writeEvent(tx, event.Event{Name: name, Origin: origin, UserID: found.UserID, SID: found.SID,
		Detail: map[string]any{"client_id": found.ClientID}})
}

// Find tells which session a token is of.
func (r *Refresh) Find(ctx context.Context, family, hash string) (login refresh.Login, current bool, err error) {
	var found familyRow
	if err := r.db.gorm.WithContext(ctx).Raw(findFamily, family).Take(&found).Error; err != nil {
		return refresh.Login{}, false, fmt.Errorf("find a refresh token: %w", wrap(notFoundAs(err, refresh.ErrInvalid)))
	}
	return found.login(), found.Current == hash, nil
}
