package sample

import (
	"cmp"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// asked notes what it is asked for.
type asked struct {
	Store
	since, until time.Time
	totals       int
	written      []Sample
	counted      []time.Time
	counts       bool
	err          error
	waits        func() // while it counts
}

func (a *asked) Sums(_ context.Context, since, until time.Time) ([]Sum, error) {
	a.since, a.until = since, until
	return nil, nil
}

func (*asked) Replicas(context.Context, time.Time) ([]Seen, error) { return nil, nil }

func (a *asked) Totals(ctx context.Context) (Totals, error) {
	a.totals++
	if a.waits != nil {
		a.waits()
	}
	return Totals{Users: int64(a.totals)}, cmp.Or(a.err, ctx.Err())
}

func (a *asked) Write(_ context.Context, one Sample) error {
	a.written = append(a.written, one)
	return nil
}

func (a *asked) Count(_ context.Context, at time.Time, _ string) (bool, error) {
	a.counted = append(a.counted, at)
	return a.counts, a.err
}

func TestAnOverviewGoesBackAQuarterOfAnHourOrAsFarAsIsAskedAnHourAtMost(t *testing.T) {
	a := &asked{}
	s := NewService(a, func() time.Time { return noon })
	for since, want := range map[time.Time]time.Time{
		{}: noon.Add(-15 * time.Minute), noon.Add(-time.Minute): noon.Add(-time.Minute), noon.Add(-2 * time.Hour): noon.Add(-time.Hour), noon.Add(time.Hour): noon.Add(time.Hour),
	} {
		_, err := s.Overview(t.Context(), since)
		require.NoError(t, err)
		require.Equal(t, want, a.since)
		require.Equal(t, noon.Add(-Whole), a.until, "a step that others may still write to is not told")
	}
}

func TestTotalsAreCountedOnceInAStepHoweverManyAsk(t *testing.T) {
	a, now := &asked{}, noon
	s := NewService(a, func() time.Time { return now })
	for _, row := range []struct {
		after time.Duration
		want  int64
	}{{0, 1}, {4 * time.Second, 1}, {5 * time.Second, 2}, {9 * time.Second, 2}} {
		now = noon.Add(row.after)
		got, err := s.Overview(t.Context(), time.Time{})
		require.NoError(t, err)
		require.Equal(t, row.want, got.Users, row.after)
	}
	a.err, now = errors.New("down"), noon.Add(time.Minute)
	_, err := s.Overview(t.Context(), time.Time{})
	require.ErrorIs(t, err, a.err, "old figures are not told for new ones")
}

func TestASampleIsOfAStepThatIsTheSameForAll(t *testing.T) {
	for now, want := range map[time.Time]time.Duration{noon: Step, noon.Add(time.Second): 4 * time.Second, noon.Add(Step - 1): 1, noon.Add(-1): 1} {
		require.Equal(t, want, untilNext(now), now)
	}
	a := &asked{counts: true}
	s := &Sampler{Store: a, Replica: "a", Take: func() Counts { return Counts{SignIns: 3} }}
	next, err := s.write(t.Context(), noon, time.Time{})
	require.NoError(t, err)
	require.Equal(t, Sample{At: noon, Replica: "a", Counts: Counts{SignIns: 3}}, a.written[0])
	require.True(t, next.After(noon), "counting rests for a hundred times as long as it took")

	next, err = s.write(t.Context(), noon.Add(Step), noon.Add(Step+1))
	require.NoError(t, err)
	require.Equal(t, noon.Add(Step+1), next)
	require.Equal(t, []time.Time{noon}, a.counted)

	a.counts = false
	next, err = s.write(t.Context(), noon.Add(2*Step), noon)
	require.NoError(t, err)
	require.Equal(t, noon, next, "what another one counted has cost nothing here")
}

func TestACountThatFailsRestsAsOneThatDoesNotAndTakesNoSampleWithIt(t *testing.T) {
	a := &asked{err: errors.New("down")}
	s := &Sampler{Store: a, Replica: "a", Take: func() Counts { return Counts{SignIns: 3} }}
	next, err := s.write(t.Context(), noon, time.Time{})
	require.ErrorIs(t, err, a.err)
	require.True(t, next.After(noon))
	require.EqualValues(t, 3, a.written[0].SignIns)

	now := noon
	service := NewService(a, func() time.Time { return now })
	for _, row := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {4 * time.Second, 1}, {5 * time.Second, 2}} {
		now = noon.Add(row.after)
		_, err := service.Overview(t.Context(), time.Time{})
		require.ErrorIs(t, err, a.err)
		require.Equal(t, row.want, a.totals, row.after)
	}
}

func TestWhoLeavesWhileOthersCountIsNotHeldAndStopsNoCount(t *testing.T) {
	counting, done := make(chan struct{}), make(chan struct{})
	a := &asked{waits: func() { close(counting); <-done }}
	s := NewService(a, func() time.Time { return noon })
	first, leave := context.WithCancel(t.Context())
	got := make(chan error)
	go func() {
		_, err := s.Overview(first, time.Time{})
		got <- err
	}()
	<-counting
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Overview(gone, time.Time{})
	require.ErrorIs(t, err, context.Canceled)
	leave()
	close(done)
	require.NoError(t, <-got)
}
