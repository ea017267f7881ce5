package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"vestibule/backend/approval"
	"vestibule/backend/event"
	"vestibule/backend/session"
)

// Approvals is the store of codes and device codes. It satisfies approval.Store.
type Approvals struct{ db *DB }

var _ approval.Store = (*Approvals)(nil)

// NewApprovals makes the store.
func NewApprovals(db *DB) *Approvals { return &Approvals{db} }

// The values of grant_type and of decision.
const (
	byCode   = "authorization_code"
	byDevice = "device_code"
	approved = "approved"
	denied   = "denied"
)

// AddCode keeps a code.
func (a *Approvals) AddCode(ctx context.Context, c approval.Code, lasts time.Duration) error {
	return a.db.inTx(ctx, c.Origin, "", func(tx *gorm.DB) error {
		err := tx.Exec(`INSERT INTO approvals (hash, grant_type, client_id, sid, expires_at, decision, decided_at, user_id, credential_version,
				amr, acr, redirect_uri, code_challenge)
			VALUES (?, ?, ?, ?, clock_timestamp() + make_interval(secs => ?), ?, clock_timestamp(), ?, ?, ?, ?, ?, ?)`,
			c.Hash, byCode, c.ClientID, c.SID, lasts.Seconds(), approved, c.UserID, c.CredentialVersion,
			strings.Join(c.AMR, " "), c.ACR, c.RedirectURI, c.Challenge).Error
		if err != nil {
			return err
		}
		return tellDecision(tx, event.ApprovalGranted, c.ClientID, byCode, c.SID, c.Origin)
	})
}

// Deny accounts for a code that was not given.
func (a *Approvals) Deny(ctx context.Context, clientID string, origin event.Origin) error {
	return a.db.inTx(ctx, origin, "", func(tx *gorm.DB) error {
		return tellDecision(tx, event.ApprovalDenied, clientID, byCode, uuid.Nil, origin)
	})
}

func tellDecision(tx *gorm.DB, name event.Name, clientID, grant string, sid uuid.UUID, origin event.Origin) error {
	return writeEvent(tx, event.Event{Name: name, Origin: origin, UserID: origin.Actor, SID: sid,
		Detail: map[string]any{"client_id": clientID, "grant": grant}})
}

// AddDevice keeps a device that waits.
func (a *Approvals) AddDevice(ctx context.Context, d approval.Device, lasts, every time.Duration) error {
	err := a.db.gorm.WithContext(ctx).Exec(`INSERT INTO approvals (hash, grant_type, client_id, sid, expires_at, user_code, ip, user_agent, every)
		VALUES (?, ?, ?, ?, clock_timestamp() + make_interval(secs => ?), ?, ?, ?, ?)`,
		d.Hash, byDevice, d.ClientID, d.SID, lasts.Seconds(), d.UserCode, d.Origin.IP, d.Origin.UserAgent, int(every.Seconds())).Error
	if err != nil {
		return fmt.Errorf("keep a device that waits: %w", wrap(err))
	}
	return nil
}

const waiting = `user_code = ? AND decision IS NULL AND expires_at > clock_timestamp()`

// Waiting finds a device by its user code.
func (a *Approvals) Waiting(ctx context.Context, userCode string) (approval.Waiting, error) {
	var found struct {
		ClientID, IP, UserAgent string
		CreatedAt, ExpiresAt    time.Time
	}
	err := a.db.gorm.WithContext(ctx).Raw(`SELECT client_id, ip, user_agent, created_at, expires_at FROM approvals WHERE `+waiting, userCode).Take(&found).Error
	if err != nil {
		return approval.Waiting{}, fmt.Errorf("find a device that waits: %w", wrap(notFoundAs(err, approval.ErrUnknownCode)))
	}
	return approval.Waiting(found), nil
}

// Decide notes what a person says to a device, once.
func (a *Approvals) Decide(ctx context.Context, userCode string, yes bool, proof approval.Proof, origin event.Origin) error {
	decision, name := denied, event.ApprovalDenied
	if yes {
		decision, name = approved, event.ApprovalGranted
	}
	return a.db.inTx(ctx, origin, "", func(tx *gorm.DB) error {
		var noted struct {
			ClientID string
			SID      uuid.UUID `gorm:"column:sid"`
		}
		err := tx.Raw(`UPDATE approvals SET decision = ?, decided_at = clock_timestamp(), user_id = ?, credential_version = ?, amr = ?, acr = ?
			 WHERE `+waiting+` RETURNING client_id, sid`,
			decision, orNull(proof.UserID), proof.CredentialVersion, strings.Join(proof.AMR, " "), proof.ACR, userCode).Take(&noted).Error
		if err != nil {
			return notFoundAs(err, approval.ErrUnknownCode)
		}
		return tellDecision(tx, name, noted.ClientID, byDevice, noted.SID, origin)
	})
}

// approvalRow is one that a client asks for.
type approvalRow struct {
	ClientID          string
	SID               uuid.UUID `gorm:"column:sid"`
	Used              bool
	JustNow           bool
	Expired           bool
	Decision          string
	UserID            *uuid.UUID
	CredentialVersion int64
	DecidedAt         time.Time
	AMR               string `gorm:"column:amr"`
	ACR               string `gorm:"column:acr"`
	RedirectURI       string
	CodeChallenge     string
	Soon              bool // asked before the device was to ask again, by more than a second: clocks tick unevenly
}

// take locks an approval; approval.ErrInvalid for none, and for another client's. It
// locks the user first, as whoever deletes one does, whose approvals go along.
func take(tx *gorm.DB, r approval.Redemption, grant string) (approvalRow, error) {
	var found approvalRow
	err := tx.Exec(`SELECT 1 FROM users WHERE id = (SELECT user_id FROM approvals WHERE hash = ?) FOR NO KEY UPDATE`, r.Hash).Error
	if err != nil {
		return found, err
	}
	err = tx.Raw(`SELECT client_id, sid, used_at IS NOT NULL AS used, coalesce(used_at > clock_timestamp() - interval '10 seconds', false) AS just_now, expires_at <= clock_timestamp() AS expired, coalesce(decision, '') AS decision,
			user_id, coalesce(credential_version, 0) AS credential_version, coalesce(decided_at, 'epoch') AS decided_at,
			coalesce(amr, '') AS amr, coalesce(acr, '') AS acr, redirect_uri, code_challenge,
			coalesce(polled_at > clock_timestamp() - make_interval(secs => every - 1), false) AS soon
		FROM approvals WHERE hash = ? AND grant_type = ? FOR UPDATE`, r.Hash, grant).Take(&found).Error
	if err != nil {
		return found, notFoundAs(err, approval.ErrInvalid)
	}
	if found.ClientID != r.ClientID {
		return found, approval.ErrInvalid
	}
	return found, nil
}

// Redeem makes the session that a code was approved for.
func (a *Approvals) Redeem(ctx context.Context, r approval.Redemption) (approval.Login, error) {
	return a.redeem(ctx, r, byCode, func(_ *gorm.DB, found approvalRow) (refused, failed error) {
		if found.Expired || !r.Fits(found.ClientID, found.RedirectURI, found.CodeChallenge) {
			return approval.ErrInvalid, nil
		}
		return nil, nil
	})
}

// Poll makes the session that a device was approved for.
func (a *Approvals) Poll(ctx context.Context, r approval.Redemption, slower time.Duration) (approval.Login, error) {
	return a.redeem(ctx, r, byDevice, func(tx *gorm.DB, found approvalRow) (refused, failed error) {
		extra := 0
		if found.Soon {
			extra = int(slower.Seconds())
		}
		if err := tx.Exec(`UPDATE approvals SET polled_at = clock_timestamp(), every = every + ? WHERE hash = ?`, extra, r.Hash).Error; err != nil {
			return nil, err
		}
		switch {
		case found.Expired:
			refused = approval.ErrExpired
		case found.Soon:
			refused = approval.ErrSlowDown
		case found.Decision == denied:
			refused = approval.ErrDenied
		case found.Decision == "":
			refused = approval.ErrPending
		}
		return refused, nil
	})
}

// redeem tells a refusal apart from a failure: what was written with it (a poll, the end of a session)
// stays.
func (a *Approvals) redeem(ctx context.Context, r approval.Redemption, grant string,
	fits func(*gorm.DB, approvalRow) (refused, failed error),
) (approval.Login, error) {
	var made approval.Login
	var refused error
	err := a.db.inTx(ctx, r.Origin, string(session.Reuse), func(tx *gorm.DB) error {
		found, err := take(tx, r, grant)
		if err != nil {
			return err
		}
		if found.Used {
			refused = approval.ErrUsed
			return endWhatItGot(tx, found, grant, r.Origin)
		}
		if refused, err = fits(tx, found); refused != nil || err != nil {
			return err
		}
		made, err = begin(tx, r, found)
		return err
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return approval.Login{}, fmt.Errorf("redeem a code: %w", err)
	}
	return made, nil
}

// endWhatItGot ends the session that the first use of a code made, if that lives. A device that asks again
// at once has not heard the answer: that is no theft, and the session that nobody has is signed out.
func endWhatItGot(tx *gorm.DB, found approvalRow, grant string, origin event.Origin) error {
	if found.UserID == nil {
		return nil
	}
	if grant == byDevice && found.JustNow {
		if err := tx.Exec(`SELECT set_config('vestibule.reason', ?, true)`, session.SignedOut).Error; err != nil {
			return err
		}
		return tx.Exec(`DELETE FROM sessions WHERE sid = ?`, found.SID).Error
	}
	return endReused(tx, familyRow{SID: found.SID, UserID: *found.UserID, ClientID: found.ClientID}, event.AuthorizationCodeReused, origin)
}

// begin makes a session of kind client and its first refresh token.
func begin(tx *gorm.DB, r approval.Redemption, found approvalRow) (approval.Login, error) {
	err := proved(tx, orZero(found.UserID), found.CredentialVersion)
	if errors.Is(err, session.ErrNotFound) {
		return approval.Login{}, approval.ErrInvalid
	}
	if err != nil {
		return approval.Login{}, err
	}
	if err := makeRoom(tx, *found.UserID); err != nil {
		return approval.Login{}, err
	}
	if err := tx.Exec(`UPDATE approvals SET used_at = clock_timestamp() WHERE hash = ?`, r.Hash).Error; err != nil {
		return approval.Login{}, err
	}
	var made sessionRow
	err = tx.Raw(`INSERT INTO sessions (k, sid, kind, user_id, client_id, remember, ip, user_agent,
			created_at, last_seen_at, idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		VALUES (?, ?, 'client', ?, ?, false, ?, ?, now(), now(), now() + make_interval(secs => ?), now() + make_interval(secs => ?), ?, ?, ?)
		RETURNING `+columns,
		session.ClientKey(found.SID).String(), found.SID, found.UserID, found.ClientID, r.Origin.IP, r.Origin.UserAgent,
		min(r.Idle, r.Absolute).Seconds(), r.Absolute.Seconds(), found.DecidedAt, found.AMR, found.ACR).Take(&made).Error
	if err != nil {
		return approval.Login{}, err
	}
	if r.First != "" {
		if err := tx.Exec(`INSERT INTO refresh_families (family, sid, current) VALUES (?, ?, ?)`, r.Family, found.SID, r.First).Error; err != nil {
			return approval.Login{}, err
		}
	}
	err = writeEvent(tx, event.Event{Name: event.SessionCreated, Origin: r.Origin, UserID: made.UserID, SID: made.SID,
		Detail: map[string]any{"kind": session.Client, "client_id": found.ClientID, "amr": strings.Fields(made.AMR)}})
	return approval.Login{SID: made.SID, UserID: made.UserID, AuthTime: made.AuthTime, AMR: strings.Fields(made.AMR), ACR: made.ACR,
		AbsoluteExpiresAt: made.AbsoluteExpiresAt}, err
}

// Sweep forgets approvals that are over: the used ones when the session is, that a second use would end.
func (a *Approvals) Sweep(ctx context.Context) error {
	err := a.db.gorm.WithContext(ctx).Exec(`DELETE FROM approvals WHERE expires_at < now() - interval '1 minute'
		AND NOT EXISTS (SELECT FROM sessions WHERE sessions.sid = approvals.sid)`).Error
	if err != nil {
		return fmt.Errorf("sweep approvals: %w", wrap(err))
	}
	return nil
}
