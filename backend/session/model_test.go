package session

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"vestibule/backend/secret"
)

// The model: a database that keeps every version that was ever committed, a replica that hears of
// commits late but in their order, and requests whose steps rapid interleaves with all of that. Each
// step runs until everybody waits (testing/synctest), so that a run can be repeated and made shorter.
// What a request may be answered is worked out from the versions alone.

var errDown = errors.New("the database can't be reached")

const (
	modelIdle     = 3 * time.Minute
	modelAbsolute = 10 * time.Minute
)

// version is what the database held from a moment on.
type version struct {
	at   time.Time
	rows map[uuid.UUID]Session
}

// message is a notification: that a session ended, or changed under a key.
type message struct {
	version int // the commit that it tells of
	ended   *Revocation
	changed string
}

// call is a question that is on its way to the database and back.
type call struct {
	of     int // the request, or the job, that asks; several flights of one differ by key
	what   string
	key    string
	read   func(now time.Time, rows map[uuid.UUID]Session) // takes what the database says, or does, at one moment
	isRead bool
	answer chan error
}

// request is somebody who asks for a session.
type request struct {
	id     int
	key    secret.Sum
	began  time.Time
	first  int // the version when it began
	oldest int // the version that it may be answered from at the earliest
	proven bool
	cancel context.CancelFunc
	left   bool
	over   bool
}

type world struct {
	Store   // the rest of it: nothing here asks for that
	memory  *Memory
	service *Service

	mu        sync.Mutex
	ahead     time.Duration // of the database's clock
	tick      time.Duration // how far it moves each time it is looked at
	versions  []version
	keys      []secret.Sum // all that there ever were
	messages  []message
	delivered int // how many of them this replica was told, or will never be
	calls     []*call
	requests  []*request
	jobs      int
	working   map[string]bool
	answered  []*Held
	asked     map[string]time.Time // when the database was last asked about a key, by the replica's clock
	failed    bool                 // the database was away at least once
	wrong     []string

	listening, caughtUp, proven bool
	emptied                     int // the version when it last forgot everything
	number                      int64
}

// newWorld makes one with two sessions. most is the bytes of the one shard that all keys are in.
func newWorld(most int64) *world {
	w := &world{versions: []version{{time.Now(), map[uuid.UUID]Session{}}}, working: map[string]bool{},
		asked: map[string]time.Time{}, listening: true, caughtUp: true, proven: true}
	w.memory = NewMemory(MemoryConfig{Store: w, Proven: w.isProven, Now: w.look, MaxBytes: most * shardCount})
	w.service = NewService(Config{Store: w, Cache: w.memory.Cache, Slides: w.memory.Slides, Now: w.look, Heard: func(context.Context) {},
		Policy: Policy{Normal: Limits{Idle: modelIdle, Absolute: modelAbsolute}}})
	for range 2 {
		w.create()
	}
	return w
}

func (w *world) isProven() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.proven
}

func (w *world) now() time.Time { return time.Now().Add(w.ahead) }

// look is the database's clock as the replica reads it; time may pass between any two looks.
func (w *world) look() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	w.ahead += w.tick
	return now
}

// commit makes the next version.
func (w *world) commit(change func(rows map[uuid.UUID]Session)) {
	rows := maps.Clone(w.versions[len(w.versions)-1].rows)
	change(rows)
	w.versions = append(w.versions, version{w.now(), rows})
}

func (w *world) rows() map[uuid.UUID]Session { return w.versions[len(w.versions)-1].rows }

// tell says of the last commit what the triggers would.
func (w *world) tell(ended *Revocation, changed string) {
	w.messages = append(w.messages, message{len(w.versions) - 1, ended, changed})
}

func (w *world) newKey() secret.Sum {
	key := secret.Sum{0, byte(len(w.keys)), byte(len(w.keys) >> 8)} // all in one shard, so that they crowd each other out
	w.keys = append(w.keys, key)
	return key
}

func (w *world) create() {
	now, sid := w.now(), uuid.UUID{1, byte(len(w.versions)), byte(len(w.versions) >> 8)}
	w.commit(func(rows map[uuid.UUID]Session) {
		rows[sid] = Session{Key: w.newKey().String(), SID: sid, Kind: Browser, CreatedAt: now, LastSeenAt: now, AuthTime: now,
			IdleExpiresAt: now.Add(modelIdle), AbsoluteExpiresAt: now.Add(modelAbsolute)}
	})
}

// pick draws one of the rows there are; the action is skipped where there is none.
func (w *world) pick(t *rapid.T) Session {
	rows := slices.SortedFunc(maps.Values(w.rows()), func(a, b Session) int { return cmp.Compare(a.SID.String(), b.SID.String()) })
	if len(rows) == 0 {
		t.Skip("no sessions")
	}
	return rapid.SampledFrom(rows).Draw(t, "session")
}

// live are those of a version that live at a moment.
func live(rows map[uuid.UUID]Session, now time.Time) map[uuid.UUID]Session {
	living := map[uuid.UUID]Session{}
	for sid, s := range rows {
		if s.State(now) == Live {
			living[sid] = s
		}
	}
	return living
}

func byKey(rows map[uuid.UUID]Session, key string) (Session, bool) {
	for _, s := range rows {
		if s.Key == key {
			return s, true
		}
	}
	return Session{}, false
}

// The store.

type requestKey struct{}

// ask waits until rapid has let the database read, and then answer.
func (w *world) ask(ctx context.Context, what, key string, read func(time.Time, map[uuid.UUID]Session)) error {
	of, _ := ctx.Value(requestKey{}).(int)
	c := &call{of: of, what: what, key: key, read: read, answer: make(chan error)}
	w.mu.Lock()
	w.calls = append(w.calls, c)
	slices.SortStableFunc(w.calls, func(a, b *call) int { // whoever of several came first is not ours to say
		return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.what, b.what), cmp.Compare(a.key, b.key))
	})
	w.mu.Unlock()
	select {
	case err := <-c.answer:
		return err
	case <-ctx.Done():
		w.mu.Lock()
		defer w.mu.Unlock()
		w.forget(c)
		return ctx.Err()
	}
}

func (w *world) forget(c *call) {
	w.calls = slices.DeleteFunc(w.calls, func(other *call) bool { return other == c })
}

func (w *world) Find(ctx context.Context, _ Kind, key string) (found Session, err error) {
	there := false
	w.mu.Lock()
	w.asked[key] = time.Now()
	w.mu.Unlock()
	err = w.ask(ctx, "find", key, func(_ time.Time, rows map[uuid.UUID]Session) { found, there = byKey(rows, key) })
	if err == nil && !there {
		err = ErrNotFound
	}
	return found, err
}

func (w *world) Living(ctx context.Context, sids []uuid.UUID) (living map[uuid.UUID]Alive, err error) {
	began := time.Now()
	living = map[uuid.UUID]Alive{}
	err = w.ask(ctx, "living", "", func(now time.Time, rows map[uuid.UUID]Session) {
		for sid, s := range live(rows, now) {
			if slices.Contains(sids, sid) {
				w.asked[s.Key] = began
				living[sid] = Alive{sid, s.Key, s.IdleExpiresAt, s.AbsoluteExpiresAt, s.LastSeenAt, s.AuthTime}
			}
		}
	})
	return living, err
}

func (w *world) Slide(ctx context.Context, slides []Slide) (slid []Slid, err error) {
	err = w.ask(ctx, "slide", "", func(now time.Time, _ map[uuid.UUID]Session) {
		for _, one := range slides {
			if s, lives := byKey(live(w.rows(), now), one.Key); lives {
				s = w.slide(s, one.Idle, one.Step)
				slid = append(slid, Slid{s.Key, s.IdleExpiresAt, s.LastSeenAt})
			}
		}
	})
	return slid, err
}

// slide is what the statement does for one row.
func (w *world) slide(s Session, idle, step time.Duration) Session {
	now := w.now()
	if s.LastSeenAt.After(now.Add(-step)) {
		return s
	}
	s.LastSeenAt, s.IdleExpiresAt = now, now.Add(idle)
	if s.IdleExpiresAt.After(s.AbsoluteExpiresAt) {
		s.IdleExpiresAt = s.AbsoluteExpiresAt
	}
	w.commit(func(rows map[uuid.UUID]Session) { rows[s.SID] = s })
	return s
}

// What happens.

func (w *world) find(key secret.Sum) {
	r := &request{id: len(w.requests) + 1, key: key, began: w.now(), first: len(w.versions) - 1, proven: w.proven}
	r.oldest = r.first
	if w.proven {
		r.oldest = w.heard()
	}
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), requestKey{}, r.id))
	r.cancel = cancel
	w.requests = append(w.requests, r)
	go func() {
		held, source, err := w.memory.Cache.Find(ctx, Browser, r.key)
		w.mu.Lock()
		defer w.mu.Unlock()
		r.over = true
		w.judge(r, held, source, err)
	}()
}

// heard is the last version of which this replica knows that it was committed.
func (w *world) heard() int {
	if w.delivered == 0 {
		return w.emptied
	}
	return max(w.emptied, w.messages[w.delivered-1].version)
}

// judge holds an answer to what the database said.
func (w *world) judge(r *request, held *Held, source Source, err error) {
	key, now := r.key.String(), w.now()
	switch {
	case err == nil && !w.mayAdmit(r, held.Session(), now):
		w.complain("request %d (proven: %t) was admitted with what the database no longer said when it began", r.id, r.proven)
	case err == nil && source == FromCache && !r.proven:
		w.complain("request %d was answered from memory although nothing was proven", r.id)
	case err == nil && source == FromCache && time.Since(w.asked[key]) > heldFor:
		w.complain("request %d was answered by what nobody has asked the database about for %s", r.id, time.Since(w.asked[key]))
	case err == nil:
		w.answered = append(w.answered, held)
	case errors.Is(err, ErrNotFound) && w.livedThroughout(r, now):
		w.complain("request %d was refused although its session lived all the while", r.id)
	case errors.Is(err, ErrNotFound), errors.Is(err, context.Canceled) && r.left, errors.Is(err, errDown) && w.failed:
	default:
		w.complain("request %d failed: %v", r.id, err)
	}
}

// mayAdmit reports whether some version that the request may be answered from has this session.
func (w *world) mayAdmit(r *request, got Session, now time.Time) bool {
	for _, v := range w.versions[r.oldest:] {
		s, there := byKey(v.rows, r.key.String())
		if there && s.SID == got.SID && s.AuthTime.Equal(got.AuthTime) && s.AbsoluteExpiresAt.Equal(got.AbsoluteExpiresAt) &&
			r.began.Before(s.IdleExpiresAt) && now.Add(-2*w.tick).Before(s.AbsoluteExpiresAt) { // the last look at the clock moved it on
			return true
		}
	}
	return false
}

func (w *world) livedThroughout(r *request, now time.Time) bool {
	for i := r.first; i < len(w.versions); i++ {
		until := now
		if i+1 < len(w.versions) {
			until = w.versions[i+1].at
		}
		if s, there := byKey(w.versions[i].rows, r.key.String()); !there || s.State(until) != Live {
			return false
		}
	}
	return true
}

func (w *world) complain(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

// leave hangs up.
func (w *world) leave(t *rapid.T) {
	var waiting []*request
	for _, r := range w.requests {
		if !r.over && !r.left {
			waiting = append(waiting, r)
		}
	}
	if len(waiting) == 0 {
		t.Skip("nobody waits")
	}
	r := rapid.SampledFrom(waiting).Draw(t, "request")
	r.left = true
	r.cancel()
}

// stage gives the questions that have been read by the database, or not yet.
func (w *world) stage(t *rapid.T, isRead bool) *call {
	var at []*call
	for _, c := range w.calls {
		if c.isRead == isRead {
			at = append(at, c)
		}
	}
	if len(at) == 0 {
		t.Skip("nothing is asked")
	}
	return at[rapid.IntRange(0, len(at)-1).Draw(t, "call")]
}

// read is the moment at which the database looks.
func (w *world) read(c *call) {
	c.isRead = true
	c.read(w.now(), w.rows())
}

// reply is the moment at which the answer arrives.
func (w *world) reply(c *call, err error) {
	w.forget(c)
	w.failed = w.failed || err != nil
	c.answer <- err
}

func (w *world) end(t *rapid.T) {
	s := w.pick(t)
	lives := s.State(w.now()) == Live
	w.commit(func(rows map[uuid.UUID]Session) { delete(rows, s.SID) })
	if lives { // the sweeper says nothing
		w.number++
		w.tell(&Revocation{N: w.number, SID: s.SID, EndedAt: w.now(), Reason: Deleted}, "")
	}
}

func (w *world) rotate(t *rapid.T) {
	s := w.pick(t)
	old := s.Key
	s.Key, s.AuthTime = w.newKey().String(), w.now()
	w.commit(func(rows map[uuid.UUID]Session) { rows[s.SID] = s })
	w.tell(nil, old)
}

func (w *world) lower(t *rapid.T) {
	s := w.pick(t)
	by := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, modelAbsolute}).Draw(t, "by")
	if s.IdleExpiresAt = s.IdleExpiresAt.Add(-by); rapid.Bool().Draw(t, "absolute too") {
		s.AbsoluteExpiresAt = s.AbsoluteExpiresAt.Add(-by)
	}
	w.commit(func(rows map[uuid.UUID]Session) { rows[s.SID] = s })
	w.tell(nil, s.Key)
}

func (w *world) slideElsewhere(t *rapid.T) {
	s := w.pick(t)
	if s.State(w.now()) != Live {
		t.Skip("it is over")
	}
	w.slide(s, modelIdle, 0)
}

func (w *world) deliver() {
	m := w.messages[w.delivered]
	w.delivered++
	if m.ended != nil {
		w.memory.Ended(*m.ended)
		return
	}
	key, _ := secret.ParseSum(m.changed)
	w.memory.Changed(key, uuid.Nil)
}

// catchUp is what the listener does after it listens again.
func (w *world) catchUp() {
	var all []Revocation
	for _, m := range w.messages {
		if m.ended != nil {
			all = append(all, *m.ended)
		}
	}
	w.memory.Ended(all...)
	if err := w.memory.Recheck(context.Background()); err != nil { // nothing is under way: it asks nobody
		w.complain("re-check: %v", err)
	}
	w.emptied, w.caughtUp = len(w.versions)-1, true
}

func (w *world) prove() {
	for w.delivered < len(w.messages) {
		w.deliver()
	}
	w.proven = true
}

// job runs what runs behind the requests, one of a kind at a time.
func (w *world) job(t *rapid.T, name string, do func(context.Context) error) {
	if w.working[name] {
		t.Skip("it is running")
	}
	w.work(name, do)
}

func (w *world) work(name string, do func(context.Context) error) {
	w.working[name] = true
	w.jobs++
	ctx := context.WithValue(context.Background(), requestKey{}, -w.jobs)
	go func() {
		err := do(ctx)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.working[name] = false
		if err != nil && (!errors.Is(err, errDown) || !w.failed) {
			w.complain("%s: %v", name, err)
		}
	}()
}

// ballast lies beside a session.
type ballast int

func (b ballast) Bytes() int { return int(b) }

func (w *world) someAnswer(t *rapid.T) *Held {
	if len(w.answered) == 0 {
		t.Skip("nobody was admitted")
	}
	last := w.answered[max(0, len(w.answered)-5):]
	return last[rapid.IntRange(0, len(last)-1).Draw(t, "held")]
}

// pass lets time pass: often up to a second before a limit, where it matters.
func (w *world) pass(t *rapid.T) {
	length := rapid.SampledFrom([]time.Duration{time.Second, 2 * time.Second, 19 * time.Second, 61 * time.Second, 0}).Draw(t, "time")
	if length == 0 {
		length = max(0, w.pick(t).IdleExpiresAt.Add(-time.Second).Sub(w.now()))
	}
	time.Sleep(length) // the bubble's clock
}

// What must always hold.

func (w *world) check(t rapid.TB) {
	for _, wrong := range w.wrong {
		t.Error(wrong)
	}
	for i := range w.memory.Cache.shards {
		w.checkShard(t, &w.memory.Cache.shards[i])
	}
}

func (w *world) checkShard(t rapid.TB, s *shard) {
	var bytes int64
	for _, h := range s.held {
		key := h.key
		if s.get(key) != h || s.ring[h.place] != h {
			t.Errorf("%s has lost its place", key)
		}
		bytes += heldOverhead
		if b := h.Beside(); b != nil {
			bytes += collected * int64(b.Bytes())
		}
		w.checkLimits(t, h)
		if h.sliding.Load() && w.memory.Slides.waiting[key].held != h && !w.working["flush"] {
			t.Errorf("a use of %s waits for ever", h.SID())
		}
	}
	if bytes != s.bytes || len(s.ring) != len(s.held) {
		t.Errorf("%d sessions of %d bytes are counted as %d of %d", len(s.held), bytes, len(s.ring), s.bytes)
	}
	if s.bytes > w.memory.Cache.MaxBytes/shardCount {
		t.Errorf("%d bytes are held", s.bytes)
	}
}

// checkLimits holds an entry to the limits that were committed: since the last that was heard, while
// messages are heard.
func (w *world) checkLimits(t rapid.TB, h *Held) {
	since := 0
	if w.listening && w.caughtUp {
		since = w.heard()
	}
	var idle, absolute time.Time
	for _, v := range w.versions[since:] {
		if s, there := byKey(v.rows, h.key.String()); there {
			if s.IdleExpiresAt.After(idle) {
				idle = s.IdleExpiresAt
			}
			if s.AbsoluteExpiresAt.After(absolute) {
				absolute = s.AbsoluteExpiresAt
			}
		}
	}
	if idle.IsZero() { // it ended, and that is on the list of revocations; or was swept when it was over
		return
	}
	if got := h.Session(); got.IdleExpiresAt.After(idle) || got.AbsoluteExpiresAt.After(absolute) {
		t.Errorf("%s is held with limits that nobody committed", h.SID())
	}
}

// finish lets all be answered, and holds that nobody is left.
func (w *world) finish() {
	for {
		w.mu.Lock()
		if len(w.calls) == 0 {
			w.mu.Unlock()
			break
		}
		c := w.calls[0]
		if !c.isRead {
			w.read(c)
		}
		w.mu.Unlock()
		w.reply(c, nil)
		synctest.Wait()
	}
	for _, r := range w.requests {
		r.cancel()
		if !r.over {
			w.complain("request %d is never answered", r.id)
		}
	}
	for i := range w.memory.Cache.shards {
		if n := len(w.memory.Cache.shards[i].loading); n > 0 {
			w.complain("%d look-ups are under way for ever", n)
		}
	}
}

func (w *world) actions() map[string]func(*rapid.T) {
	// step runs an action until everybody waits. What others do meanwhile takes the lock itself.
	step := func(do func(t *rapid.T)) func(*rapid.T) {
		return func(t *rapid.T) {
			do(t)
			synctest.Wait()
		}
	}
	when := func(may func() bool, do func()) func(*rapid.T) {
		return step(func(t *rapid.T) {
			if !may() {
				t.Skip("not now")
			}
			do()
		})
	}
	find := step(func(t *rapid.T) { w.find(rapid.SampledFrom(w.keys).Draw(t, "key")) })
	read := step(func(t *rapid.T) { w.read(w.stage(t, false)) })
	reply := step(func(t *rapid.T) { w.reply(w.stage(t, true), nil) })
	deliver := when(func() bool { return w.listening && w.delivered < len(w.messages) }, w.deliver)
	return map[string]func(*rapid.T){
		"": func(t *rapid.T) { w.check(t) },

		"find": find, "find too": find, "find as well": find,
		"read": read, "read too": read, "reply": reply, "reply too": reply,
		"fail":  step(func(t *rapid.T) { w.reply(w.stage(t, rapid.Bool().Draw(t, "was read")), errDown) }),
		"leave": step(w.leave),

		"create": step(func(*rapid.T) { w.create() }), "end": step(w.end), "rotate": step(w.rotate), "lower": step(w.lower),
		"slide elsewhere": step(w.slideElsewhere),

		"use": step(func(t *rapid.T) { w.service.Use(w.someAnswer(t)) }),
		"keep": step(func(t *rapid.T) {
			w.memory.Cache.Keep(w.someAnswer(t), ballast(rapid.IntRange(0, 900).Draw(t, "bytes")))
		}),
		"flush": step(func(t *rapid.T) { w.job(t, "flush", w.memory.Slides.Flush) }),
		"re-check": step(func(t *rapid.T) {
			age := rapid.SampledFrom([]time.Duration{0, recheckAfter}).Draw(t, "age")
			w.job(t, "re-check", func(ctx context.Context) error { return w.memory.Cache.Recheck(ctx, age) })
		}),

		"deliver": deliver, "deliver too": deliver,
		"lose":     when(func() bool { return w.listening }, func() { w.listening, w.caughtUp, w.proven = false, false, false }),
		"doubt":    when(func() bool { return w.proven }, func() { w.proven = false }),
		"listen":   when(func() bool { return !w.listening }, func() { w.listening, w.delivered = true, len(w.messages) }),
		"catch up": when(func() bool { return w.listening && !w.caughtUp }, w.catchUp),
		"prove":    when(func() bool { return w.listening && w.caughtUp && !w.proven }, w.prove),

		"pass": step(w.pass),
		"slow down": step(func(t *rapid.T) {
			w.tick = rapid.SampledFrom([]time.Duration{0, 0, time.Second, time.Minute}).Draw(t, "tick")
		}),
	}
}

func TestTheCacheIsRightHoweverItsStepsInterleave(t *testing.T) {
	atLeast(t, "rapid.checks", "2000")
	atLeast(t, "rapid.steps", "60")
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			w := newWorld(rapid.SampledFrom([]int64{0, 1, heldOverhead, 2*heldOverhead + 100, 100 * heldOverhead}).Draw(t, "bytes of a shard"))
			t.Cleanup(func() { // also after a failure, so that nobody is left in the bubble
				w.finish()
				w.check(t)
			})
			t.Repeat(w.actions())
		})
	})
}

// atLeast gives one of rapid's flags a default of our own.
func atLeast(t *testing.T, name, value string) {
	t.Helper()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return
	}
	before := flag.Lookup(name).Value.String()
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(name, before) })
}
