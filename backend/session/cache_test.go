package session

import (
	"testing"
	"testing/synctest"
	"time"

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
	c := w.calls[0]
	if !c.isRead {
		w.read(c)
	}
	w.reply(c, nil)
	synctest.Wait()
}

func (w *world) row(key int) Session {
	s, _ := byKey(w.rows(), w.keys[key].String())
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
				w.slide(w.row(0), modelIdle, 0) // by another replica
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
			w.slide(w.row(0), modelIdle, 0)
		}
		time.Sleep(time.Until(w.row(0).AbsoluteExpiresAt) - time.Second)
		w.askFor(0)
		time.Sleep(time.Second)
		w.answer()
		require.Empty(t, w.answered)
	})
}
