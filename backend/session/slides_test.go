package session

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/secret"
)

// writing is a store that notes the batches of uses, and writes them as a test says.
type writing struct {
	Store
	batches [][]Slide
	fails   map[int]error // by the number of the batch, from 0
}

var afternoon = time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)

func (w *writing) Slide(_ context.Context, slides []Slide) (slid []Slid, err error) {
	w.batches = append(w.batches, slides)
	if err := w.fails[len(w.batches)-1]; err != nil {
		return nil, err
	}
	for _, one := range slides {
		slid = append(slid, Slid{one.Key, afternoon.Add(one.Idle), afternoon})
	}
	return slid, nil
}

// heldBy makes a session under the n-th key.
func heldBy(n int) *Held {
	key := secret.Sum{byte(n), byte(n >> 8)}
	noon := afternoon.Add(-3 * time.Hour)
	return hold(key, Session{Key: key.String(), LastSeenAt: noon, IdleExpiresAt: noon.Add(time.Hour), AbsoluteExpiresAt: noon.Add(12 * time.Hour)}, noon)
}

func TestUsesAreWrittenInBatchesEachOnce(t *testing.T) {
	store := &writing{}
	slides := NewSlides(store)
	all := make([]*Held, 2*slideBatch+500)
	for i := range all {
		all[i] = heldBy(i)
		for range 3 {
			slides.add(all[i], time.Hour, time.Minute)
		}
	}
	require.NoError(t, slides.Flush(t.Context()))
	require.Len(t, store.batches, 3)
	written := map[string]bool{}
	for _, batch := range store.batches {
		require.LessOrEqual(t, len(batch), slideBatch)
		for _, one := range batch {
			require.False(t, written[one.Key], "written twice")
			written[one.Key] = true
		}
	}
	require.Len(t, written, len(all))
	for _, h := range all {
		require.True(t, h.Session().LastSeenAt.Equal(afternoon))
		require.True(t, h.Session().IdleExpiresAt.Equal(afternoon.Add(time.Hour)))
	}
	require.NoError(t, slides.Flush(t.Context()))
	require.Len(t, store.batches, 3, "nothing waits any more")
}

func TestAUseThatCouldNotBeWrittenIsWrittenAtTheNextOne(t *testing.T) {
	down := errors.New("the database can't be reached")
	store := &writing{fails: map[int]error{0: down}}
	slides := NewSlides(store)
	all := make([]*Held, slideBatch+1)
	for i := range all {
		all[i] = heldBy(i)
		slides.add(all[i], time.Hour, time.Minute)
	}
	require.ErrorIs(t, slides.Flush(t.Context()), down)
	require.Len(t, store.batches, 2, "one that fails keeps no other from being written")

	late := 0
	for _, h := range all {
		if !h.Session().LastSeenAt.Equal(afternoon) {
			late++
			slides.add(h, time.Hour, time.Minute)
		}
	}
	require.Equal(t, len(store.batches[0]), late)
	require.NoError(t, slides.Flush(t.Context()))
	for _, h := range all {
		require.True(t, h.Session().LastSeenAt.Equal(afternoon))
	}
}

// While nothing is proven each request finds a session of its own, and one of them may outlive the rest.
func TestASessionThatWasFoundTwiceSlidesWhicheverIsUsed(t *testing.T) {
	store := &writing{}
	slides := NewSlides(store)
	first, second := heldBy(1), heldBy(1)
	for _, h := range []*Held{first, second, first} {
		slides.add(h, time.Hour, time.Minute)
	}
	require.NoError(t, slides.Flush(t.Context()))
	require.Len(t, store.batches[0], 1)
	for _, h := range []*Held{first, second} {
		before := len(store.batches)
		slides.add(h, time.Hour, time.Minute)
		require.NoError(t, slides.Flush(t.Context()))
		require.Len(t, store.batches, before+1)
	}
}

// slow is a store that writes only when it is let.
type slow struct {
	writing
	began, let chan struct{}
}

func (s *slow) Slide(ctx context.Context, slides []Slide) ([]Slid, error) {
	close(s.began)
	<-s.let
	return s.writing.Slide(ctx, slides)
}

func TestAFlushWaitsForWhatAnotherIsWriting(t *testing.T) {
	store := &slow{began: make(chan struct{}), let: make(chan struct{})}
	slides := NewSlides(store)
	used := heldBy(1)
	slides.add(used, time.Hour, time.Minute)
	first, second := make(chan error, 1), make(chan error, 1)
	go func() { first <- slides.Flush(t.Context()) }()
	<-store.began
	go func() { second <- slides.Flush(t.Context()) }()
	select {
	case <-second:
		require.Fail(t, "it returned while a use before it was not written")
	case <-time.After(50 * time.Millisecond):
	}
	close(store.let)
	require.NoError(t, <-first)
	require.NoError(t, <-second)
	require.True(t, used.Session().LastSeenAt.Equal(afternoon))
}
