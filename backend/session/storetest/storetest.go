// Package storetest is the contract of session.Store as tests: run it against every store.
package storetest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/secret"
	"vestibule/backend/session"
)

// Harness is a store, and what the tests need around it.
type Harness struct {
	Store   session.Store
	NewUser func(*testing.T) uuid.UUID  // at credential version 1
	Change  func(*testing.T, uuid.UUID) // raises the user's credential version
	Disable func(*testing.T, uuid.UUID)
	// Shift moves the two limits of a session to that far from now; negative is over.
	Shift func(t *testing.T, sid uuid.UUID, idle, absolute time.Duration)
}

var limits = session.Limits{Idle: 30 * time.Minute, Absolute: 12 * time.Hour}

// Run runs every test against a fresh harness.
func Run(t *testing.T, fresh func(*testing.T) Harness) {
	for name, test := range map[string]func(*testing.T, Harness){
		"ACreatedSessionIsFoundByItsKeyAlone":          created,
		"ASessionIsOnlyMadeForTheVersionThatWasProved": unproved,
		"ALoginEndsTheSessionItReplaces":               replaces,
		"SlidingExtendsTheIdleLimitOncePerStep":        slides,
		"SlidingNeverPassesTheAbsoluteLimit":           slidesToLimit,
		"SlidingNeverBringsASessionBack":               slidesNothing,
		"RotatingReplacesTheKeyAndNotesTheProof":       rotates,
		"OfTwoRotationsAtOnceOneWins":                  rotatesOnce,
		"OnlyOnesOwnSessionsCanBeEnded":                endsOwn,
		"EndingTheOthersKeepsThisOne":                  endsOthers,
		"AnAdministratorEndsManyButNoneThatIsKept":     endsMany,
		"ExpiredSessionsAreNeitherListedNorLiving":     expired,
		"SweepingTakesOnlyWhatIsOver":                  sweeps,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
}

func ctx() context.Context { return context.Background() }

func (h Harness) start(t *testing.T, user uuid.UUID) session.Session {
	t.Helper()
	made, err := h.Store.Create(ctx(), creation(user))
	require.NoError(t, err)
	return made
}

func creation(user uuid.UUID) session.Creation {
	return session.Creation{
		Key: secret.New().Hash(), SID: uuid.New(), UserID: user, CredentialVersion: 1, Limits: limits,
		AMR: []string{session.MethodPassword}, ACR: session.LevelPassword,
		Origin: event.Origin{Actor: user, IP: "127.0.0.1", UserAgent: "storetest", RequestID: "r1"},
	}
}

func (h Harness) slide(t *testing.T, s session.Session, idle, step time.Duration) []session.Slid {
	t.Helper()
	slid, err := h.Store.Slide(ctx(), []session.Slide{{Key: s.Key, Idle: idle, Step: step}})
	require.NoError(t, err)
	return slid
}

func (h Harness) gone(t *testing.T, s session.Session) {
	t.Helper()
	_, err := h.Store.Find(ctx(), session.Browser, s.Key)
	require.ErrorIs(t, err, session.ErrNotFound)
}

func (h Harness) found(t *testing.T, s session.Session) session.Session {
	t.Helper()
	got, err := h.Store.Find(ctx(), session.Browser, s.Key)
	require.NoError(t, err)
	return got
}

func created(t *testing.T, h Harness) {
	user := h.NewUser(t)
	made := h.start(t, user)
	got := h.found(t, made)
	require.Equal(t, made.SID, got.SID)
	require.Equal(t, user, got.UserID)
	require.Equal(t, session.Browser, got.Kind)
	require.Equal(t, made.AMR, got.AMR)
	require.Equal(t, made.ACR, got.ACR)
	require.WithinDuration(t, made.IdleExpiresAt, got.IdleExpiresAt, 0)
	require.Equal(t, limits.Idle, got.IdleExpiresAt.Sub(got.CreatedAt))
	require.Equal(t, limits.Absolute, got.AbsoluteExpiresAt.Sub(got.CreatedAt))
	h.gone(t, session.Session{Key: secret.New().Hash()})
	h.gone(t, session.Session{Key: made.SID.String()})
	h.gone(t, session.Session{Key: ""})
}

func unproved(t *testing.T, h Harness) {
	user := h.NewUser(t)
	old := h.start(t, user)
	h.Change(t, user)
	late := creation(user)
	late.Replaces = old.Key
	_, err := h.Store.Create(ctx(), late)
	require.ErrorIs(t, err, session.ErrNotFound)
	h.found(t, old) // nothing ended either

	disabled := h.NewUser(t)
	h.Disable(t, disabled)
	for version := range int64(4) {
		c := creation(disabled)
		c.CredentialVersion = version
		_, err = h.Store.Create(ctx(), c)
		require.ErrorIs(t, err, session.ErrNotFound)
	}
}

func replaces(t *testing.T, h Harness) {
	old := h.start(t, h.NewUser(t))
	next := creation(h.NewUser(t)) // of whomever: the browser is the same
	next.Replaces = old.Key
	made, err := h.Store.Create(ctx(), next)
	require.NoError(t, err)
	h.gone(t, old)
	h.found(t, made)
	reasons, err := h.Store.Ended(ctx(), []uuid.UUID{old.SID, made.SID})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]session.Reason{old.SID: session.SignedOut}, reasons)
}

func slides(t *testing.T, h Harness) {
	s := h.start(t, h.NewUser(t))
	unmoved := h.slide(t, s, time.Hour, time.Minute)
	require.Equal(t, s.IdleExpiresAt.UTC(), h.found(t, s).IdleExpiresAt.UTC(), "it was used less than a step ago")
	require.Equal(t, s.IdleExpiresAt.UTC(), unmoved[0].IdleExpiresAt.UTC())
	require.Equal(t, s.LastSeenAt.UTC(), unmoved[0].LastSeenAt.UTC())
	slid := h.slide(t, s, time.Hour, 0)
	got := h.found(t, s)
	require.Equal(t, []session.Slid{{Key: s.Key, IdleExpiresAt: got.IdleExpiresAt.UTC(), LastSeenAt: got.LastSeenAt.UTC()}},
		[]session.Slid{{Key: slid[0].Key, IdleExpiresAt: slid[0].IdleExpiresAt.UTC(), LastSeenAt: slid[0].LastSeenAt.UTC()}})
	require.WithinDuration(t, got.LastSeenAt.Add(time.Hour), got.IdleExpiresAt, 0)
	require.True(t, got.LastSeenAt.After(s.LastSeenAt))
}

func slidesToLimit(t *testing.T, h Harness) {
	s := h.start(t, h.NewUser(t))
	h.slide(t, s, 100*time.Hour, 0)
	got := h.found(t, s)
	require.WithinDuration(t, s.AbsoluteExpiresAt, got.IdleExpiresAt, 0)
	require.WithinDuration(t, s.AbsoluteExpiresAt, got.AbsoluteExpiresAt, 0)
}

func slidesNothing(t *testing.T, h Harness) {
	s := h.start(t, h.NewUser(t))
	require.NoError(t, h.Store.End(ctx(), s.UserID, s.SID, session.EndedByUser, event.Origin{}))
	require.Empty(t, h.slide(t, s, time.Hour, 0))
	h.gone(t, s)

	over := h.start(t, h.NewUser(t))
	h.Shift(t, over.SID, -time.Second, time.Hour)
	require.Empty(t, h.slide(t, over, time.Hour, 0))
	living, err := h.Store.Living(ctx(), []uuid.UUID{over.SID})
	require.NoError(t, err)
	require.Empty(t, living)
}

func rotation(s session.Session) session.Rotation {
	return session.Rotation{OldKey: s.Key, NewKey: secret.New().Hash(), CredentialVersion: 1,
		AMR: []string{session.MethodPassword}, ACR: session.LevelPassword, Idle: limits.Idle, Origin: event.Origin{Actor: s.UserID}}
}

func rotates(t *testing.T, h Harness) {
	s := h.start(t, h.NewUser(t))
	rotated, err := h.Store.Rotate(ctx(), rotation(s))
	require.NoError(t, err)
	h.gone(t, s)
	got := h.found(t, rotated)
	require.Equal(t, s.SID, got.SID)
	require.True(t, got.AuthTime.After(s.AuthTime))
	require.WithinDuration(t, s.AbsoluteExpiresAt, got.AbsoluteExpiresAt, 0, "a proof never prolongs the absolute lifetime")

	late := rotation(rotated)
	h.Change(t, s.UserID)
	_, err = h.Store.Rotate(ctx(), late)
	require.ErrorIs(t, err, session.ErrNotFound)
}

func rotatesOnce(t *testing.T, h Harness) {
	s := h.start(t, h.NewUser(t))
	var won atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := h.Store.Rotate(ctx(), rotation(s)); err == nil {
				won.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, won.Load())
}

func endsOwn(t *testing.T, h Harness) {
	mine, theirs := h.start(t, h.NewUser(t)), h.start(t, h.NewUser(t))
	err := h.Store.End(ctx(), mine.UserID, theirs.SID, session.EndedByUser, event.Origin{})
	require.ErrorIs(t, err, session.ErrNoSuchSession)
	h.found(t, theirs)

	require.NoError(t, h.Store.End(ctx(), mine.UserID, mine.SID, session.EndedByUser, event.Origin{}))
	h.gone(t, mine)
	err = h.Store.End(ctx(), mine.UserID, mine.SID, session.EndedByUser, event.Origin{})
	require.ErrorIs(t, err, session.ErrNoSuchSession)
	reasons, err := h.Store.Ended(ctx(), []uuid.UUID{mine.SID})
	require.NoError(t, err)
	require.Equal(t, session.EndedByUser, reasons[mine.SID])
}

func endsOthers(t *testing.T, h Harness) {
	user := h.NewUser(t)
	keep, a, b, stranger := h.start(t, user), h.start(t, user), h.start(t, user), h.start(t, h.NewUser(t))
	n, err := h.Store.EndOthers(ctx(), user, keep.SID, session.EndedByUser, event.Origin{})
	require.NoError(t, err)
	require.Equal(t, 2, n)
	h.gone(t, a)
	h.gone(t, b)
	h.found(t, keep)
	h.found(t, stranger)
}

func endsMany(t *testing.T, h Harness) {
	one, other, over := h.NewUser(t), h.NewUser(t), h.NewUser(t)
	mine, theirs, another, old := h.start(t, one), h.start(t, other), h.start(t, other), h.start(t, over)
	h.Shift(t, old.SID, -time.Minute, time.Hour)
	listed, err := h.Store.Oversee(ctx(), session.Filter{}, session.Mark{}, 2, 100)
	require.NoError(t, err)
	require.Equal(t, 3, listed.Total)
	require.Len(t, listed.Sessions, 2)

	shown := func(n int) session.Selection { return session.Selection{Keep: mine.SID, Expected: &n} }
	n, err := h.Store.EndMany(ctx(), session.Selection{SIDs: []uuid.UUID{old.SID, uuid.New()}}, event.Origin{})
	require.NoError(t, err)
	require.Zero(t, n, "what is over is ended no more")
	for range 10 {
		h.start(t, one)
	}
	n, err = h.Store.EndMany(ctx(), shown(1), event.Origin{})
	require.ErrorIs(t, err, session.ErrChangedMeanwhile)
	require.Zero(t, n)
	h.found(t, theirs)
	n, err = h.Store.EndMany(ctx(), shown(2), event.Origin{})
	require.NoError(t, err)
	require.Equal(t, 12, n)
	h.gone(t, theirs)
	h.gone(t, another)
	h.found(t, mine)
}

func expired(t *testing.T, h Harness) {
	user := h.NewUser(t)
	idle, absolute, alive := h.start(t, user), h.start(t, user), h.start(t, user)
	h.Shift(t, idle.SID, -time.Millisecond, time.Hour)
	h.Shift(t, absolute.SID, -time.Millisecond, -time.Millisecond)
	listed, err := h.Store.List(ctx(), user)
	require.NoError(t, err)
	require.Len(t, listed, 1)
	require.Equal(t, alive.SID, listed[0].SID)
	require.Equal(t, "storetest", listed[0].UserAgent)
	living, err := h.Store.Living(ctx(), []uuid.UUID{idle.SID, absolute.SID, alive.SID})
	require.NoError(t, err)
	require.Len(t, living, 1)
	require.Contains(t, living, alive.SID)
	err = h.Store.End(ctx(), user, idle.SID, session.EndedByUser, event.Origin{})
	require.ErrorIs(t, err, session.ErrNoSuchSession)
}

func sweeps(t *testing.T, h Harness) {
	user := h.NewUser(t)
	over, alive := h.start(t, user), h.start(t, user)
	h.Shift(t, over.SID, -session.SweptWithin, time.Hour)
	n, err := h.Store.Sweep(ctx(), 100)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	h.found(t, alive)
	reasons, err := h.Store.Ended(ctx(), []uuid.UUID{over.SID})
	require.NoError(t, err)
	require.Empty(t, reasons, "the sweeper says nothing")
}
