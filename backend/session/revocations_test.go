package session

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// turned is a list with a clock that a test turns.
type turned struct {
	*Revocations
	at time.Time
}

func list() *turned {
	r := &turned{at: afternoon}
	r.Revocations = NewRevocations(func() time.Time { return r.at })
	return r
}

// revocation makes the one with that number.
func revocation(n int64) Revocation {
	return Revocation{N: n, SID: uuid.UUID{byte(n), byte(n >> 8), 1}, EndedAt: afternoon, Reason: Deleted}
}

func (r *turned) add(numbers ...int64) {
	var all []Revocation
	for _, n := range numbers {
		all = append(all, revocation(n))
	}
	r.Add(all...)
}

// after gives the numbers of what a follower is sent whose last number was n.
func (r *turned) after(n int64) []int64 {
	numbers := []int64{}
	for position := r.From(n); ; {
		found, next, _ := r.Next(position, 2)
		if len(found) == 0 {
			return numbers
		}
		for _, one := range found {
			numbers = append(numbers, one.N)
		}
		position = next
	}
}

func TestAnEndIsOnTheListOnceWithItsFirstReason(t *testing.T) {
	r := list()
	r.add(1)
	again := revocation(1)
	again.Reason = SignedOut
	r.Add(again)
	r.Add()
	require.Equal(t, 1, r.Len())
	require.Equal(t, []int64{1}, r.after(0))
	reason, is := r.Has(again.SID)
	require.True(t, is)
	require.Equal(t, Deleted, reason)
	_, is = r.Has(uuid.New())
	require.False(t, is)
}

func TestAFollowerGoesOnBehindWhatItHasSeen(t *testing.T) {
	r := list()
	r.add(1)
	r.add(3)
	r.add(2) // committed after 3
	require.Equal(t, []int64{1, 3, 2}, r.after(0))
	require.Equal(t, []int64{3, 2}, r.after(1))
	require.Equal(t, []int64{2}, r.after(3))
	require.Equal(t, []int64{1, 3, 2}, r.after(77), "nobody here knows what came before it")
}

func TestAFollowerThatHasSeenOneOfThoseReadAtOnceGetsAllOfThem(t *testing.T) {
	r := list()
	r.add(1)
	r.add(2, 3, 4)
	r.add(5)
	for n := int64(2); n <= 4; n++ {
		require.Equal(t, []int64{2, 3, 4, 5}, r.after(n))
	}
	r.add(5, 6) // one of them known
	require.Equal(t, []int64{6}, r.after(5))
	require.Empty(t, r.after(6))
}

func TestWhoWaitsForMoreIsToldWhenThereIsMore(t *testing.T) {
	r := list()
	_, position, more := r.Next(r.From(0), 10)
	r.Add()
	select {
	case <-more:
		t.Fatal("there is nothing more")
	default:
	}
	r.add(1)
	<-more
	_, position, more = r.Next(position, 10)
	r.add(1)
	select {
	case <-more:
		t.Fatal("it was known")
	default:
	}
	r.add(2)
	<-more
	found, _, _ := r.Next(position, 10)
	require.Equal(t, []Revocation{revocation(2)}, found)
}

func TestARevocationIsForgottenWhenItMattersToNoOneAndPositionsStandMeanwhile(t *testing.T) {
	r := list()
	r.add(1)
	_, behind, _ := r.Next(r.From(0), 1)
	r.at = r.at.Add(time.Minute)
	r.add(2, 3)
	r.at = r.at.Add(RevocationsKept - time.Minute)
	r.Prune()
	require.Equal(t, 3, r.Len(), "not before its time")
	r.at = r.at.Add(1)
	r.Prune()
	require.Equal(t, 2, r.Len())
	_, is := r.Has(revocation(1).SID)
	require.False(t, is)
	require.Equal(t, []int64{2, 3}, r.after(0))
	require.Equal(t, []int64{2, 3}, r.after(1), "it is not known any more")
	found, next, _ := r.Next(behind, 1)
	require.Equal(t, []Revocation{revocation(2)}, found)
	r.at = r.at.Add(RevocationsKept)
	r.Prune()
	require.Zero(t, r.Len())
	r.add(4)
	found, next, _ = r.Next(next, 10) // in the middle of what was pruned
	require.Equal(t, []Revocation{revocation(4)}, found)
	found, _, _ = r.Next(next, 10)
	require.Empty(t, found)
	require.Empty(t, r.after(4))
}

// A follower is cut off again and again, and goes on at another replica, which heard the same ends in
// other pieces: one by one in the order of commits, or many at once in no order.
func TestAFollowerMissesNothingWhereverItGoesOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "ends")
		numbers := make([]int64, n)
		for i := range numbers {
			numbers[i] = int64(i + 1)
		}
		commits := rapid.Permutation(numbers).Draw(t, "commits")
		shuffle := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0)) //nolint:gosec // no secret
		replicas := []*turned{list(), list(), list()}
		heard := make([]int, len(replicas))
		seen, last, at, position := map[int64]bool{}, int64(0), 0, 0
		hear := func(to, count int) {
			count = min(count, n-heard[to])
			some := append([]int64(nil), commits[heard[to]:heard[to]+count]...)
			shuffle.Shuffle(count, func(i, j int) { some[i], some[j] = some[j], some[i] })
			replicas[to].add(some...)
			heard[to] += count
		}
		read := func(most int) {
			found, next, _ := replicas[at].Next(position, most)
			for _, one := range found {
				seen[one.N], last = true, one.N
			}
			position = next
		}
		t.Repeat(map[string]func(*rapid.T){
			"hear": func(t *rapid.T) {
				hear(rapid.IntRange(0, len(replicas)-1).Draw(t, "replica"), 1)
			},
			"hear many": func(t *rapid.T) {
				hear(rapid.IntRange(0, len(replicas)-1).Draw(t, "replica"), rapid.IntRange(2, 6).Draw(t, "many"))
			},
			"read": func(t *rapid.T) { read(rapid.IntRange(1, 4).Draw(t, "most")) },
			"go on": func(t *rapid.T) {
				at = rapid.IntRange(0, len(replicas)-1).Draw(t, "at")
				position = replicas[at].From(last)
			},
		})
		hear(at, n)
		read(n)
		for _, number := range commits {
			if !seen[number] {
				t.Fatalf("the follower never heard of %d of %v", number, commits)
			}
		}
	})
}
