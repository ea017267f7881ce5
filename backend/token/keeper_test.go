package token_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/token"
)

// tend is what a replica does each minute; the others hear of it.
func (r *replica) tend() []token.Change {
	r.t.Helper()
	done, err := r.keeper.Tend(r.t.Context())
	require.NoError(r.t, err)
	if len(done) > 0 {
		r.reload()
	}
	return done
}

// states gives each key's state.
func (r *replica) states() map[string]token.State {
	r.t.Helper()
	listed, err := r.keeper.List(r.t.Context())
	require.NoError(r.t, err)
	states := map[string]token.State{}
	for _, key := range listed {
		states[key.ID] = key.State
	}
	return states
}

func TestAKeySignsForThirtyDaysIsPublishedADayBeforeAndUntilItsLastTokenHasExpired(t *testing.T) {
	r := newReplica(t, &memory{})
	type life struct{ published, signed, superseded, left time.Time }
	lives := map[string]*life{}
	signed := ""
	for r.store.now().Before(noon.Add(95 * 24 * time.Hour)) {
		r.tend()
		now, kids := r.store.now(), r.kids()
		for _, kid := range kids {
			if lives[kid] == nil {
				lives[kid] = &life{published: now}
			}
		}
		for kid, l := range lives {
			if l.left.IsZero() && !slices.Contains(kids, kid) {
				l.left = now
			}
		}
		if signs := r.signs(); signs != signed {
			if lives[signs].signed = now; signed != "" {
				lives[signed].superseded = now
			}
			signed = signs
		}
		if step := time.Hour; now.Sub(noon)%(24*time.Hour) == 0 || len(kids) > 1 && signed == kids[0] {
			r.store.pass(time.Minute)
		} else {
			r.store.pass(step - now.Sub(noon)%step)
		}
	}
	require.Len(t, lives, 4)
	ordered := slices.SortedFunc(maps.Values(lives), func(a, b *life) int { return a.signed.Compare(b.signed) })
	for i, l := range ordered {
		require.Equal(t, noon.Add(time.Duration(i)*30*24*time.Hour), l.signed)
		if i > 0 {
			require.Equal(t, 24*time.Hour, l.signed.Sub(l.published))
		}
		if i < 3 {
			require.Equal(t, 30*24*time.Hour, l.superseded.Sub(l.signed))
			require.Equal(t, 17*time.Minute, l.left.Sub(l.superseded), "the longest life of a token, the leeway, and what may be late")
		}
	}
	require.Equal(t, []event.Name{event.KeyCreated, event.KeyRetired, event.KeyCreated, event.KeyRetired, event.KeyCreated, event.KeyRetired}, r.store.events)
	for _, key := range r.store.kept {
		require.Equal(t, key.RetiredAt.IsZero(), len(key.Sealed) > 0, "what is retired has no private half any more")
	}
}

func TestAKeyThatWasToBeMadeLongAgoIsStillPublishedADayBefore(t *testing.T) {
	r := newReplica(t, &memory{})
	r.store.pass(100 * 24 * time.Hour) // in which no replica ran
	made := r.tend()
	require.Len(t, made, 1)
	require.Equal(t, r.store.now().Add(24*time.Hour), made[0].Key.SignsFrom)
	require.Empty(t, r.tend(), "and it is the only one")
}

func TestTwoThatTendAtOnceMakeOneKey(t *testing.T) {
	r := newReplica(t, &memory{})
	other := newReplica(t, r.store)
	r.store.pass(29 * 24 * time.Hour)
	require.Len(t, r.tend(), 1)
	require.Empty(t, other.tend())
	require.Len(t, r.store.kept, 2)
}

func TestTheOldestTokenOfAKeyIsGoodUntilItExpiresAndSoIsTheLast(t *testing.T) {
	r := newReplica(t, &memory{})
	r.rotate(time.Hour)
	r.store.pass(time.Hour - time.Millisecond)
	last := r.issue()
	r.store.pass(time.Millisecond)
	for r.store.now().Before(last.ExpiresAt.Add(30 * time.Second)) {
		r.tend()
		require.NoError(t, verify(t, r.ring, last, token.ES256))
		r.store.pass(time.Second)
	}
}

func TestASecondKeyIsNotMadeWhileOneWaits(t *testing.T) {
	r := newReplica(t, &memory{})
	next := r.rotate(24 * time.Hour)
	require.Equal(t, noon.Add(24*time.Hour), next.SignsFrom)
	_, err := r.keeper.Rotate(t.Context(), 24*time.Hour, event.Origin{})
	require.ErrorIs(t, err, token.ErrKeyWaits)
	require.ErrorContains(t, err, "Key "+next.ID+" waits already, and signs from 2026-11-25 12:00:00 UTC on.")
	require.Len(t, r.store.kept, 2)
	r.store.pass(24*time.Hour + 28*24*time.Hour)
	require.Len(t, r.tend(), 1, "the one before is retired")
	r.store.pass(24 * time.Hour)
	require.Len(t, r.tend(), 1, "and the thirty days count from when it signs")
}

func TestAKeyInUseIsNotRetired(t *testing.T) {
	r := newReplica(t, &memory{})
	first := r.signs()
	retire := func(kid string) error {
		_, err := r.keeper.Retire(t.Context(), kid, event.Origin{})
		r.reload()
		return err
	}
	require.ErrorIs(t, retire("nobody's"), token.ErrKeyUnknown)
	err := retire(first)
	require.ErrorIs(t, err, token.ErrKeyInUse)
	require.ErrorContains(t, err, "signs. `rotate` publishes the next one")

	next := r.rotate(time.Hour)
	r.store.pass(59 * time.Minute)
	require.ErrorContains(t, retire(next.ID), "is about to sign, from 2026-11-24 13:00:00 UTC on")
	r.store.pass(time.Minute)
	for range 17 {
		err = retire(first)
		require.ErrorIs(t, err, token.ErrKeyInUse)
		require.ErrorContains(t, err, "may be valid until 2026-11-24 13:17:00 UTC")
		r.store.pass(time.Minute)
	}
	require.NoError(t, retire(first))
	require.Equal(t, []string{next.ID}, r.kids())
	require.ErrorIs(t, retire(first), token.ErrKeyOut)
	_, _, err = r.keeper.Compromised(t.Context(), first, event.Origin{})
	require.ErrorIs(t, err, token.ErrKeyOut, "nor does it leave again")

	unwanted := r.rotate(time.Hour)
	require.NoError(t, retire(unwanted.ID), "nothing was signed with it")
	require.Equal(t, []string{next.ID}, r.kids())
	require.Equal(t, map[string]token.State{first: token.Retired, next.ID: token.Signing, unwanted.ID: token.Retired}, r.states())
}

func TestAnyKeyCanBeCompromised(t *testing.T) {
	r := newReplica(t, &memory{})
	first := r.signs()
	second := r.rotate(0)
	third := r.rotate(24 * time.Hour)
	require.Equal(t, map[string]token.State{first: token.Published, second.ID: token.Signing, third.ID: token.Next}, r.states())

	require.Zero(t, r.compromised(first), "nobody has to take over")
	require.Zero(t, r.compromised(third.ID))
	_, _, err := r.keeper.Compromised(t.Context(), first, event.Origin{})
	require.ErrorIs(t, err, token.ErrKeyOut)
	_, _, err = r.keeper.Compromised(t.Context(), "nobody's", event.Origin{})
	require.ErrorIs(t, err, token.ErrKeyUnknown)
	fourth := r.compromised(second.ID)
	require.NotEqual(t, third.ID, fourth.ID, "which is no better")
	r.store.pass(500 * time.Millisecond)
	require.Equal(t, []string{fourth.ID}, r.kids())
	require.Equal(t, fourth.ID, r.signs())
	require.Equal(t, []event.Name{event.KeyCreated, event.KeyCreated, event.KeyRevoked, event.KeyRevoked, event.KeyRevoked, event.KeyCreated}, r.store.events)

	require.Empty(t, r.tend())
	r.store.pass(70 * time.Minute)
	require.Len(t, r.tend(), 3, "later their private halves go")
	require.Equal(t, map[string]token.State{first: token.Revoked, second.ID: token.Revoked, third.ID: token.Revoked, fourth.ID: token.Signing}, r.states())
	r.store.pass(29*24*time.Hour - 70*time.Minute)
	require.Len(t, r.tend(), 1, "and the schedule goes on")
}

func TestTheListSaysWhenEachKeyLeaves(t *testing.T) {
	r := newReplica(t, &memory{})
	leaves := func() (all []time.Duration) {
		listed, err := r.keeper.List(t.Context())
		require.NoError(t, err)
		for _, key := range listed {
			all = append(all, key.Leaves.Sub(noon))
		}
		return all
	}
	const day, stays = 24 * time.Hour, 17 * time.Minute
	require.Equal(t, []time.Duration{30*day + stays}, leaves())
	r.rotate(day)
	require.Equal(t, []time.Duration{31*day + stays, day + stays}, leaves())
	r.store.pass(day)
	require.Equal(t, []time.Duration{31*day + stays, day + stays}, leaves())
	r.store.pass(time.Hour)
	r.tend()
	require.Equal(t, []time.Duration{31*day + stays, day + time.Hour}, leaves(), "when it did")
}

func TestAChangeOfTheMasterKeySealsAllKeysAnew(t *testing.T) {
	store := &memory{}
	r := newReplica(t, store)
	r.rotate(0)
	next := r.rotate(time.Hour)
	changing := token.NewKeeper(store, master(t, "b", "a"), token.ES256)
	for _, anew := range []int{3, 0} {
		keys, sealed, err := changing.Reseal(t.Context(), event.Origin{})
		require.NoError(t, err)
		require.Equal(t, [2]int{3, anew}, [2]int{keys, sealed}, "twice is once")
	}
	require.Equal(t, []event.Name{event.KeyResealed, event.KeyResealed, event.KeyResealed}, store.events[2:])
	r.reload()
	require.NoError(t, r.ring.Faults(), "one that runs with the old master key goes on: it has opened them")
	store.pass(time.Hour)
	require.Equal(t, next.ID, r.signs())
	require.Equal(t, next.ID, newReplica(t, store, "b").signs())

	before := slices.Clone(store.kept)
	_, _, err := token.NewKeeper(store, master(t, "c", "d"), token.ES256).Reseal(t.Context(), event.Origin{})
	for _, key := range store.kept {
		require.ErrorContains(t, err, "master_key: it does not open the signing key "+key.ID)
	}
	require.Equal(t, before, store.kept, "nothing is changed")
}

func TestWhereOneKeyCanNotBeOpenedNoneIsSealedAnew(t *testing.T) {
	store := &memory{}
	r := newReplica(t, store)
	r.rotate(0)
	store.kept[0].Sealed = store.kept[0].Sealed[:20]
	before := slices.Clone(store.kept)
	_, _, err := token.NewKeeper(store, master(t, "b", "a"), token.ES256).Reseal(t.Context(), event.Origin{})
	require.ErrorContains(t, err, store.kept[0].ID)
	require.NotContains(t, err.Error(), store.kept[1].ID)
	require.Equal(t, before, store.kept)
}

func TestAKidIsNeverTakenForAnOption(t *testing.T) {
	for range 1000 {
		made, err := token.NewKeeper(&memory{}, master(t, "a"), token.EdDSA).Tend(t.Context())
		require.NoError(t, err)
		require.NotEqual(t, byte('-'), made[0].Key.ID[0])
	}
}
