package session

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// story is the world of the model, told step by step. It ends with all of the model's checks.
func story(t *testing.T, tell func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(100 * heldOverhead)
		tell(w)
		w.finish()
		w.check(t)
	})
}

// askFor begins a request and waits until everybody waits.
func (w *world) askFor(key int) {
	w.find(w.keys[key])
	synctest.Wait()
}

// answer lets the oldest question be read, where it was not, and answered.
func (w *world) answer() {
	if len(w.calls) == 0 {
		w.complain("nobody asks the database")
		return
	}
	c := w.calls[0]
	if !c.isRead {
		w.read(c)
	}
	w.reply(c, nil)
	synctest.Wait()
}

// first is the row of the first session.
func (w *world) first() Session {
	s, _ := byKey(w.rows(), w.keys[0].String())
	return s
}

func TestWhoWasInTimeIsNotRefusedBecauseTheAnswerTookLong(t *testing.T) {
	for name, proven := range map[string]bool{"proven": true, "not proven": false} {
		t.Run(name, func(t *testing.T) {
			story(t, func(w *world) {
				w.proven = proven
				time.Sleep(modelIdle - time.Second)
				w.askFor(0)
				w.read(w.calls[0])
				w.slide(w.first(), modelIdle, 0) // by another replica
				time.Sleep(2 * time.Second)
				w.answer()
				require.Len(t, w.answered, 1)
			})
		})
	}
}

func TestWhoseAbsoluteLimitPassesBeforeTheAnswerIsRefused(t *testing.T) {
	story(t, func(w *world) {
		for range 3 {
			time.Sleep(modelIdle - time.Second)
			w.slide(w.first(), modelIdle, 0)
		}
		time.Sleep(time.Until(w.first().AbsoluteExpiresAt) - time.Second)
		w.askFor(0)
		time.Sleep(time.Second)
		w.answer()
		require.Empty(t, w.answered)
	})
}

func TestWhatNobodyHasAskedTheDatabaseAboutForAMinuteIsWorthNothing(t *testing.T) {
	for name, late := range map[string]time.Duration{"at once": 0, "late": 50 * time.Second} {
		t.Run(name, func(t *testing.T) {
			story(t, func(w *world) {
				w.askFor(0)
				time.Sleep(late) // it counts from the question, not from the answer
				w.answer()
				time.Sleep(heldFor - late)
				w.askFor(0)
				require.Empty(t, w.calls)
				time.Sleep(time.Second)
				w.askFor(0)
				require.Len(t, w.calls, 1)
			})
		})
	}
}

func TestARecheckKeepsAnEntryFromWhenItAsked(t *testing.T) {
	story(t, func(w *world) {
		w.remember(0)
		time.Sleep(30 * time.Second)
		w.recheck()
		time.Sleep(20 * time.Second)
		w.answer()
		time.Sleep(heldFor - 20*time.Second)
		w.askFor(0)
		require.Empty(t, w.calls, "a minute and a half after it was found")
		time.Sleep(time.Second)
		w.askFor(0)
		require.Len(t, w.calls, 1)
	})
}

func TestARecheckAsksAboutWhatWasUsedAndKeepsTheRestForItsMinute(t *testing.T) {
	story(t, func(w *world) {
		w.remember(0)
		time.Sleep(recheckAfter)
		w.recheck()
		w.answer()
		for range 2 { // nobody has used it since: nothing is asked, and it is still there
			time.Sleep(recheckAfter)
			w.recheck()
			require.Empty(t, w.calls)
		}
		w.askFor(0)
		require.Empty(t, w.calls, "it was answered from the cache")
		w.recheck()
		require.Len(t, w.calls, 1, "now it is asked about, behind the requests")
		w.answer()
		time.Sleep(heldFor + time.Second)
		w.recheck()
		require.Empty(t, w.calls)
		held, _ := w.memory.Cache.Size()
		require.Zero(t, held)
	})
}

// remember has a session in the cache, and used.
func (w *world) remember(key int) {
	w.askFor(key)
	w.answer()
	w.askFor(key)
}

func (w *world) recheck() {
	w.work("re-check", func(ctx context.Context) error { return w.memory.Cache.Recheck(ctx, 0) })
	synctest.Wait()
}

func TestARecheckDropsWhatTheDatabaseSaysOtherwiseThoughNobodyToldOfIt(t *testing.T) {
	for name, change := range map[string]func(rows map[uuid.UUID]Session, s Session){
		"it is gone":                func(rows map[uuid.UUID]Session, s Session) { delete(rows, s.SID) },
		"its key is another":        func(rows map[uuid.UUID]Session, s Session) { s.Key = "other"; rows[s.SID] = s },
		"its proof is another":      func(rows map[uuid.UUID]Session, s Session) { s.AuthTime = time.Now(); rows[s.SID] = s },
		"its last limit is another": func(rows map[uuid.UUID]Session, s Session) { s.AbsoluteExpiresAt = s.IdleExpiresAt; rows[s.SID] = s },
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(w *world) {
				w.remember(0)
				w.remember(1)
				time.Sleep(time.Second)
				w.commit(func(rows map[uuid.UUID]Session) { change(rows, w.first()) })
				w.recheck()
				w.answer()
				w.askFor(1)
				require.Empty(t, w.calls)
				w.askFor(0)
				require.Len(t, w.calls, 1)
			})
		})
	}
}

func TestARecheckTakesTheIdleLimitThatTheDatabaseHas(t *testing.T) {
	story(t, func(w *world) {
		w.remember(0)
		time.Sleep(time.Minute)
		w.slide(w.first(), modelIdle, 0)
		w.recheck()
		w.answer()
		w.askFor(0)
		require.Equal(t, w.first().IdleExpiresAt.UnixNano(), w.answered[len(w.answered)-1].Session().IdleExpiresAt.UnixNano())
	})
}

func TestAnIdleLimitRefusesNobodyBeforeTheDatabaseWasAsked(t *testing.T) {
	story(t, func(w *world) {
		time.Sleep(modelIdle - 30*time.Second)
		w.remember(0)
		w.slide(w.first(), modelIdle, 0) // by another replica, which tells nobody
		time.Sleep(31 * time.Second)
		w.askFor(0)
		w.answer()
		require.Len(t, w.answered, 3)
	})
}

func TestWhoJoinsALookUpThatWasTooEarlyAsksAgain(t *testing.T) {
	story(t, func(w *world) {
		time.Sleep(modelIdle - time.Second)
		w.askFor(0)
		w.read(w.calls[0])
		w.slide(w.first(), modelIdle, 0)
		time.Sleep(2 * time.Second)
		w.askFor(0)
		require.Len(t, w.calls, 1, "it joins")
		w.answer()
		w.answer()
		require.Len(t, w.answered, 2)
	})
}

func TestWhoHangsUpTakesNobodyElsesAnswerAway(t *testing.T) {
	story(t, func(w *world) {
		w.askFor(0)
		w.askFor(0)
		w.requests[0].left = true
		w.requests[0].cancel()
		synctest.Wait()
		require.True(t, w.requests[0].over)
		w.answer()
		require.Len(t, w.answered, 1)
	})
}
