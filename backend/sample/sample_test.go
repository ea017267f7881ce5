package sample

import (
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
	count        []bool
	counts       bool
	err          error
}

func (a *asked) Sums(_ context.Context, since, until time.Time) ([]Sum, error) {
	a.since, a.until = since, until
	return nil, nil
}

func (*asked) Replicas(context.Context, time.Time) ([]Seen, error) { return nil, nil }

func (a *asked) Totals(context.Context) (Totals, error) {
	a.totals++
	return Totals{Users: int64(a.totals)}, a.err
}

func (a *asked) Write(_ context.Context, one Sample, count bool) (bool, error) {
	a.written, a.count = append(a.written, one), append(a.count, count)
	return count && a.counts, a.err
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
	require.Equal(t, []bool{true, false}, a.count)
}
