package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Watch tells open tabs, the moment it happens, that their session has ended. The database's
// listener feeds it. Safe for concurrent use.
//
// Invariant: whoever has registered hears of every end that commits afterwards. So a stream
// registers first, then checks its session, and only then says that all is well; an end between
// the two steps is heard by the first or seen by the second.
type Watch struct {
	store Store
	now   func() time.Time

	mu   sync.Mutex
	open map[uuid.UUID]map[chan Reason]struct{}
}

// NewWatch makes an empty one.
func NewWatch(store Store, now func() time.Time) *Watch {
	return &Watch{store: store, now: now, open: map[uuid.UUID]map[chan Reason]struct{}{}}
}

// Register starts to listen for the end of one session. The channel gets one reason at most. The
// caller must call the function it gets, once, when it no longer listens.
func (w *Watch) Register(sid uuid.UUID) (<-chan Reason, func()) {
	told := make(chan Reason, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open[sid] == nil {
		w.open[sid] = map[chan Reason]struct{}{}
	}
	w.open[sid][told] = struct{}{}
	return told, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.open[sid], told)
		if len(w.open[sid]) == 0 {
			delete(w.open, sid)
		}
	}
}

// Ended tells everyone who listens for this session. It never blocks.
func (w *Watch) Ended(sid uuid.UUID, reason Reason) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for told := range w.open[sid] {
		select {
		case told <- reason:
		default: // was told before
		}
	}
}

// Open counts the streams that listen.
func (w *Watch) Open() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, streams := range w.open {
		n += len(streams)
	}
	return n
}

// Recheck asks the database about every session that someone listens for, and tells those whose
// session is over. The listener calls it after each reconnect, since what happened in between was
// never heard, and when many sessions ended at once.
func (w *Watch) Recheck(ctx context.Context) error {
	w.mu.Lock()
	sids := make([]uuid.UUID, 0, len(w.open))
	for sid := range w.open {
		sids = append(sids, sid)
	}
	w.mu.Unlock()
	if len(sids) == 0 {
		return nil
	}
	living, err := w.store.Living(ctx, sids)
	if err != nil {
		return fmt.Errorf("re-check %d open streams: %w", len(sids), err)
	}
	over := sids[:0]
	for _, sid := range sids {
		if _, lives := living[sid]; !lives {
			over = append(over, sid)
		}
	}
	reasons, err := w.store.Ended(ctx, over)
	if err != nil {
		return fmt.Errorf("ask why %d sessions ended: %w", len(over), err)
	}
	for _, sid := range over {
		reason, told := reasons[sid]
		if !told {
			reason = Expired
		}
		w.Ended(sid, reason)
	}
	return nil
}

// Until waits for the end of one session and reports why it ended. ready is called once the
// session was seen alive after the registration. beat is called at every interval; an error from
// it, or from ctx, is reported as it is: nobody listens any more, and nothing is known of an end.
func (w *Watch) Until(ctx context.Context, sid uuid.UUID, interval time.Duration, ready, beat func() error) (Reason, error) {
	told, stop := w.Register(sid)
	defer stop()
	limit, reason, err := w.limit(ctx, sid)
	if err != nil || reason != "" {
		return reason, err
	}
	if err := ready(); err != nil {
		return "", err
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	over := time.NewTimer(limit)
	defer over.Stop()
	for {
		select {
		case reason := <-told:
			return reason, nil
		case <-over.C: // another tab may have slid it: ask
			limit, reason, err := w.limit(ctx, sid)
			if err != nil || reason != "" {
				return reason, err
			}
			over.Reset(limit)
		case <-ticker.C:
			if err := beat(); err != nil {
				return "", err
			}
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// limit asks how long a session still lives, or why it ended.
func (w *Watch) limit(ctx context.Context, sid uuid.UUID) (time.Duration, Reason, error) {
	living, err := w.store.Living(ctx, []uuid.UUID{sid})
	if err != nil {
		return 0, "", err
	}
	if found, lives := living[sid]; lives {
		return max(found.EndsAt().Sub(w.now()), 20*time.Millisecond), "", nil
	}
	reasons, err := w.store.Ended(ctx, []uuid.UUID{sid})
	if err != nil {
		return 0, "", err
	}
	if reason, ended := reasons[sid]; ended {
		return 0, reason, nil
	}
	return 0, Expired, nil
}

func ignoreGone(err error) error {
	if errors.Is(err, ErrNoSuchSession) {
		return nil
	}
	return err
}
