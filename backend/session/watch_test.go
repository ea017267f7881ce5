package session

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// knowing is a store that knows which sessions live, and why others ended.
type knowing struct {
	Store
	living             map[uuid.UUID]Alive
	reasons            map[uuid.UUID]Reason
	livingErr, whyErr  error
	askedAbout, askedN int
}

func (k *knowing) Living(_ context.Context, sids []uuid.UUID) (map[uuid.UUID]Alive, error) {
	k.askedN++
	k.askedAbout += len(sids)
	return k.living, k.livingErr
}

func (k *knowing) Ended(context.Context, []uuid.UUID) (map[uuid.UUID]Reason, error) {
	return k.reasons, k.whyErr
}

// watching is a watch with a clock that a test turns.
type watching struct {
	*Watch
	t           *testing.T
	store       *knowing
	revocations *Revocations
	now         time.Time
}

func watch(t *testing.T) *watching {
	t.Helper()
	w := &watching{t: t, store: &knowing{living: map[uuid.UUID]Alive{}}, revocations: NewRevocations(time.Now), now: afternoon}
	w.Watch = NewWatch(w.store, w.revocations, func() time.Time { return w.now })
	return w
}

// session makes one that the database knows: an hour without use, two in all.
func (w *watching) session() *Held {
	s := Session{SID: uuid.New(), IdleExpiresAt: w.now.Add(time.Hour), AbsoluteExpiresAt: w.now.Add(2 * time.Hour)}
	w.store.living[s.SID] = Alive{SID: s.SID, IdleExpiresAt: s.IdleExpiresAt, AbsoluteExpiresAt: s.AbsoluteExpiresAt}
	return hold([32]byte{}, s, time.Now())
}

// ended is told the reason why something under way was ended.
type ended struct {
	*Flight
	times int
}

func (w *watching) enter(h *Held) *ended {
	w.t.Helper()
	f, err := w.Enter(h)
	require.NoError(w.t, err)
	e := &ended{Flight: f}
	f.OnEnd(func() { e.times++ })
	return e
}

// over is an end as a replica hears it: on the list first, then told.
func (w *watching) over(h *Held, reason Reason) {
	w.revocations.Add(Revocation{SID: h.SID(), Reason: reason})
	w.Ended(h.SID(), reason)
}

func (e *ended) is(t *testing.T, reason Reason) {
	t.Helper()
	require.Equal(t, reason, e.Ended())
	require.Equal(t, min(len(reason), 1), e.times)
}

func TestAnEndClosesAllThatIsUnderWayForItsSessionAndNothingElse(t *testing.T) {
	w := watch(t)
	victim, other := w.session(), w.session()
	first, second, gone, spared := w.enter(victim), w.enter(victim), w.enter(victim), w.enter(other)
	require.Equal(t, 4, w.Open())
	gone.Leave()
	require.Equal(t, 3, w.Open())
	w.over(victim, SignedOut)
	w.over(victim, Deleted) // once is enough, and the first reason stands
	first.is(t, SignedOut)
	second.is(t, SignedOut)
	gone.is(t, "")
	spared.is(t, "")
	_, err := w.Enter(victim)
	require.ErrorIs(t, err, ErrNotFound)
	for _, f := range []*ended{first, second, spared} {
		f.Leave()
	}
	require.Zero(t, w.Open())
}

func TestWhoSaysTooLateHowToCloseItIsToldAtOnceAndTheLastWordCounts(t *testing.T) {
	w := watch(t)
	h := w.session()
	f, err := w.Enter(h)
	require.NoError(t, err)
	replaced := w.enter(h)
	replaced.OnEnd(nil)
	w.over(h, Deleted)
	called := false
	f.OnEnd(func() { called = true })
	require.True(t, called)
	require.Zero(t, replaced.times)
	require.Equal(t, Deleted, replaced.Ended())
}

func TestASessionHasAHundredUnderWayAtMost(t *testing.T) {
	w := watch(t)
	h := w.session()
	var all []*ended
	for range mostFlights {
		all = append(all, w.enter(h))
	}
	_, err := w.Enter(h)
	require.ErrorIs(t, err, ErrTooMany)
	w.enter(w.session())
	all[3].Leave()
	w.enter(h)
	_, err = w.Enter(h)
	require.ErrorIs(t, err, ErrTooMany)
	w.over(h, Deleted)
	for i, f := range all {
		f.is(t, map[bool]Reason{true: "", false: Deleted}[i == 3])
	}
}

// It is for the race detector too: who entered is told unless they left, and is left alone afterwards.
func TestWhoEntersWhileTheSessionEndsIsToldAndNeverAfterLeaving(t *testing.T) {
	for range 200 {
		w := watch(t)
		h := w.session()
		var all sync.WaitGroup
		var late, untold atomic.Int32
		for i := range 8 {
			all.Go(func() {
				f, err := w.Enter(h)
				if err != nil {
					return
				}
				left, told := false, make(chan struct{}) // left is guarded as the call is
				f.OnEnd(func() {
					if left {
						late.Add(1)
					}
					close(told)
				})
				if i%2 == 0 {
					f.Leave()
					left = true
					return
				}
				select {
				case <-told:
				case <-time.After(10 * time.Second):
					untold.Add(1)
				}
				f.Leave()
			})
		}
		all.Go(func() { w.over(h, Deleted) })
		all.Wait()
		require.Zero(t, late.Load())
		require.Zero(t, untold.Load())
		require.Zero(t, w.Open())
	}
}

func TestALimitThatPassesEndsWhatIsUnderWayUnlessItWasMovedElsewhere(t *testing.T) {
	w := watch(t)
	idle, moved := w.session(), w.session()
	tab, other := w.enter(idle), w.enter(moved)
	require.NoError(t, w.lookAtLimits(t.Context()))
	require.Zero(t, w.store.askedN, "nothing is due")

	w.now = w.now.Add(time.Hour)
	delete(w.store.living, idle.SID())
	slid := w.store.living[moved.SID()]
	slid.IdleExpiresAt = w.now.Add(30 * time.Minute)
	w.store.living[moved.SID()] = slid
	require.NoError(t, w.lookAtLimits(t.Context()))
	tab.is(t, Expired)
	other.is(t, "")

	asked := w.store.askedN
	require.NoError(t, w.lookAtLimits(t.Context()))
	require.Equal(t, asked, w.store.askedN, "the moved limit is what counts now")
	w.now = w.now.Add(30 * time.Minute)
	delete(w.store.living, moved.SID())
	require.NoError(t, w.lookAtLimits(t.Context()))
	other.is(t, Expired)
}

func TestAnAbsoluteLimitEndsWhatIsUnderWayWithTheDatabaseDownAndAnIdleOneWaits(t *testing.T) {
	w := watch(t)
	h := w.session()
	tab := w.enter(h)
	w.store.livingErr = errors.New("the database can't be reached")
	w.now = w.now.Add(time.Hour)
	require.ErrorIs(t, w.lookAtLimits(t.Context()), w.store.livingErr)
	tab.is(t, "") // another replica may have slid it
	w.now = w.now.Add(time.Hour)
	require.ErrorIs(t, w.lookAtLimits(t.Context()), w.store.livingErr)
	tab.is(t, Expired)
}

func TestARecheckEndsWhatNobodyTold(t *testing.T) {
	w := watch(t)
	deleted, swept, living := w.session(), w.session(), w.session()
	first, second, spared := w.enter(deleted), w.enter(swept), w.enter(living)
	w.enter(living)
	delete(w.store.living, deleted.SID())
	delete(w.store.living, swept.SID())
	w.store.reasons = map[uuid.UUID]Reason{deleted.SID(): PasswordChanged}
	require.NoError(t, w.Recheck(t.Context()))
	require.Equal(t, 3, w.store.askedAbout, "each session once")
	first.is(t, PasswordChanged)
	second.is(t, Expired)
	spared.is(t, "")
}

func TestWhatIsKnownToBeOverIsClosedEvenIfNobodyCanSayWhy(t *testing.T) {
	w := watch(t)
	h, living := w.session(), w.session()
	tab, spared := w.enter(h), w.enter(living)
	delete(w.store.living, h.SID())
	w.store.whyErr = errors.New("the database can't be reached")
	require.ErrorIs(t, w.Recheck(t.Context()), w.store.whyErr)
	tab.is(t, Expired)
	spared.is(t, "")
}
