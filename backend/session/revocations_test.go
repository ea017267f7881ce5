package session_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"vestibule/backend/session"
)

// ended makes the record of an end; its sid says its number.
func ended(n int64) session.Revocation {
	return session.Revocation{N: n, SID: uuid.UUID{byte(n >> 8), byte(n)}, EndedAt: noon, Reason: "deleted"}
}

// list is a list of revocations whose clock stands still until it is moved.
type list struct {
	*session.Revocations
	now time.Time
}

// newList adds groups, one after the other.
func newList(groups ...[]int64) *list {
	l := &list{now: noon}
	l.Revocations = session.NewRevocations(func() time.Time { return l.now })
	for _, group := range groups {
		l.hear(group...)
	}
	return l
}

func (l *list) hear(group ...int64) {
	var all []session.Revocation
	for _, n := range group {
		all = append(all, ended(n))
	}
	l.Add(all...)
}

// after gives the numbers that a follower gets whose last one was n.
func (l *list) after(n int64) []int64 {
	found, _, _ := l.Next(l.From(n), 1000)
	numbers := []int64{}
	for _, one := range found {
		numbers = append(numbers, one.N)
	}
	return numbers
}

func TestAFollowerGoesOnBehindItsLastNumber(t *testing.T) {
	l := newList([]int64{1}, []int64{2}, []int64{3})
	require.Equal(t, []int64{2, 3}, l.after(1))
	require.Equal(t, []int64{3}, l.after(2))
	require.Empty(t, l.after(3))
	require.Equal(t, []int64{1, 2, 3}, l.after(0), "who has none gets all")
	require.Equal(t, []int64{1, 2, 3}, l.after(7), "and so does who asks for what nobody knows")
}

func TestWhatWasReadAtOnceIsGivenAgainAsAWhole(t *testing.T) {
	l := newList([]int64{1}, []int64{4, 2, 3}, []int64{5})
	require.Equal(t, []int64{2, 3, 4, 5}, l.after(1), "in the order of numbers")
	for n := range int64(3) {
		require.Equal(t, []int64{2, 3, 4, 5}, l.after(2+n))
	}
	require.Empty(t, l.after(5))
}

func TestAFollowerThatComesFromAnotherReplicaMissesNothing(t *testing.T) {
	there := []int64{5, 6, 7, 8} // read at once, in the order of numbers; the connection was lost after 5
	l := newList([]int64{7}, []int64{5}, []int64{6}, []int64{8})
	require.Subset(t, l.after(5), there[1:], "also what this replica heard of before 5")
}

func TestNothingIsForgottenWhileItMatters(t *testing.T) {
	l := newList([]int64{1}, []int64{2})
	l.now = noon.Add(session.RevocationsKept)
	l.hear(3)
	l.Prune()
	require.Equal(t, []int64{1, 2, 3}, l.after(0))
	l.now = l.now.Add(time.Nanosecond)
	l.Prune()
	require.Equal(t, []int64{3}, l.after(0))
	require.Equal(t, []int64{3}, l.after(2), "who asks for what is no longer known gets all that still matter")
	_, is := l.Has(ended(1).SID)
	require.False(t, is)
	found, _, _ := l.Next(0, 10) // a follower that was slow
	require.Equal(t, int64(3), found[0].N)
}
