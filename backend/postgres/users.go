package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"vestibule/backend/event"
	"vestibule/backend/session"
	"vestibule/backend/user"
)

// Users is the store of accounts. It satisfies user.Store.
type Users struct{ db *DB }

var _ user.Store = (*Users)(nil)

// NewUsers makes the store.
func NewUsers(db *DB) *Users { return &Users{db} }

type userRow struct {
	ID                uuid.UUID `gorm:"default:gen_random_uuid()"`
	Email             string
	EmailKey          string
	Name              string
	Role              string
	PasswordHash      string
	CredentialVersion int64      `gorm:"default:1"`
	DisabledAt        *time.Time `gorm:"default:null"`
	CreatedAt         time.Time  `gorm:"default:now();autoCreateTime:false"`
	PasswordChangedAt time.Time  `gorm:"default:now()"`
}

// TableName is GORM's.
func (userRow) TableName() string { return "users" }

func (r userRow) user() user.User {
	return user.User{
		ID: r.ID, Email: r.Email, Name: r.Name, Role: r.Role, CredentialVersion: r.CredentialVersion,
		Disabled: r.DisabledAt != nil, CreatedAt: r.CreatedAt, PasswordChangedAt: r.PasswordChangedAt,
	}
}

// Create makes an account; the unique key decides between two that come at once.
func (u *Users) Create(ctx context.Context, a user.Account, origin event.Origin) (user.User, error) {
	made := userRow{Email: a.Email, EmailKey: a.EmailKey, Name: a.Name, Role: a.Role, PasswordHash: a.PasswordHash}
	err := u.db.inTx(ctx, origin, "", func(tx *gorm.DB) error {
		if err := tx.Create(&made).Error; err != nil {
			if errors.Is(err, gorm.ErrDuplicatedKey) {
				return user.ErrEmailTaken
			}
			return err
		}
		return writeEvent(tx, event.Event{Name: event.UserRegistered, Origin: origin, UserID: made.ID, Detail: map[string]any{"role": a.Role}})
	})
	if err != nil {
		return user.User{}, fmt.Errorf("create an account: %w", err)
	}
	return made.user(), nil
}

// ByEmail gives an account and its hash.
func (u *Users) ByEmail(ctx context.Context, key string) (user.User, string, error) {
	return u.find(ctx, "email_key = ?", key)
}

// ByID gives an account and its hash.
func (u *Users) ByID(ctx context.Context, id uuid.UUID) (user.User, string, error) {
	return u.find(ctx, "id = ?", id)
}

func (u *Users) find(ctx context.Context, where string, what any) (user.User, string, error) {
	var found userRow
	if err := u.db.gorm.WithContext(ctx).Where(where, what).Take(&found).Error; err != nil {
		return user.User{}, "", fmt.Errorf("find an account: %w", wrap(notFoundAs(err, user.ErrNotFound)))
	}
	return found.user(), found.PasswordHash, nil
}

// SomeHash gives the hash of the account that comes next after an id, and of the first one after the
// last.
func (u *Users) SomeHash(ctx context.Context, near uuid.UUID) (string, error) {
	var hash string
	err := u.db.gorm.WithContext(ctx).Raw(`
		SELECT password_hash FROM (
		  (SELECT 1 AS choice, password_hash FROM users WHERE id >= ? ORDER BY id LIMIT 1) UNION ALL
		  (SELECT 2, password_hash FROM users ORDER BY id LIMIT 1)) AS chosen ORDER BY choice LIMIT 1`, near).Row().Scan(&hash)
	if err != nil {
		return "", fmt.Errorf("find some account's hash: %w", wrap(notFoundAs(err, user.ErrNotFound)))
	}
	return hash, nil
}

// Rehash replaces a hash by a dearer one of the same password. The old hash in the condition lets a
// password change win.
func (u *Users) Rehash(ctx context.Context, id uuid.UUID, before, after string) error {
	err := u.db.gorm.WithContext(ctx).Exec(`UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?`, after, id, before).Error
	if err != nil {
		return fmt.Errorf("hash a password again: %w", wrap(err))
	}
	return nil
}

// ChangePassword is one transaction.
func (u *Users) ChangePassword(ctx context.Context, c user.Change, origin event.Origin) error {
	return u.db.inTx(ctx, origin, string(session.PasswordChanged), func(tx *gorm.DB) error {
		written := tx.Exec(`UPDATE users SET password_hash = ?, password_changed_at = clock_timestamp()
			 WHERE id = ? AND credential_version = ? AND disabled_at IS NULL`, c.PasswordHash, c.UserID, c.CredentialVersion)
		if written.Error != nil {
			return written.Error
		}
		if written.RowsAffected == 0 { // another change was quicker than this proof
			return user.ErrSessionEnded
		}
		kept := tx.Exec(`UPDATE sessions SET k = ?, auth_time = now(), amr = ?, acr = ? WHERE sid = ? AND user_id = ? AND `+live,
			c.NewKey, session.MethodPassword, session.LevelPassword, c.SID, c.UserID)
		if kept.Error != nil {
			return kept.Error
		}
		if kept.RowsAffected == 0 {
			return user.ErrSessionEnded
		}
		if err := tx.Exec(`DELETE FROM sessions WHERE user_id = ? AND sid <> ?`, c.UserID, c.SID).Error; err != nil {
			return err
		}
		changed := event.Event{Name: event.PasswordChanged, Origin: origin, UserID: c.UserID, SID: c.SID}
		if err := writeEvent(tx, changed); err != nil {
			return err
		}
		changed.Name, changed.Detail = event.SessionRotated, map[string]any{"because": "password_changed"}
		return writeEvent(tx, changed)
	})
}

// adjust leaves the last administrator in office alone. The row locks of all of them make two demotions
// at once take turns; the account's own is taken among them, in the order of EndMany.
const adjust = `UPDATE users SET role = coalesce(?, role),
	       disabled_at = CASE ?::boolean WHEN true THEN coalesce(disabled_at, now()) WHEN false THEN NULL ELSE disabled_at END
	 WHERE id = ? AND (role <> 'admin' OR disabled_at IS NOT NULL OR (coalesce(?, role) = 'admin' AND NOT coalesce(?, false))
	       OR EXISTS (SELECT FROM users WHERE role = 'admin' AND disabled_at IS NULL AND id <> ?))`

// Adjust changes a role, closes an account or opens it again; the trigger ends the user's sessions.
func (u *Users) Adjust(ctx context.Context, id uuid.UUID, change user.Adjustment, origin event.Origin) error {
	return u.db.inTx(ctx, origin, string(session.AccountChanged), func(tx *gorm.DB) error {
		if err := tx.Exec(`SELECT FROM users WHERE role = 'admin' OR id = ? ORDER BY id FOR NO KEY UPDATE`, id).Error; err != nil {
			return err
		}
		var found userRow
		if err := tx.Where("id = ?", id).Take(&found).Error; err != nil {
			return notFoundAs(err, user.ErrNotFound)
		}
		told := adjusted(found, change, origin)
		if len(told) == 0 {
			return nil
		}
		done := tx.Exec(adjust, change.Role, change.Disabled, id, change.Role, change.Disabled, id)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return user.ErrLastAdmin
		}
		for _, e := range told {
			if err := writeEvent(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// adjusted gives the events of what is not as it should be already.
func adjusted(found userRow, change user.Adjustment, origin event.Origin) (told []event.Event) {
	if change.Role != nil && *change.Role != found.Role {
		told = append(told, event.Event{Name: event.RoleChanged, Origin: origin, UserID: found.ID, Detail: map[string]any{"role": *change.Role}})
	}
	if change.Disabled != nil && *change.Disabled != (found.DisabledAt != nil) {
		name := event.UserEnabled
		if *change.Disabled {
			name = event.UserDisabled
		}
		told = append(told, event.Event{Name: name, Origin: origin, UserID: found.ID})
	}
	return told
}
