package token_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/token"
)

// replica is one of those that share a store.
type replica struct {
	t      *testing.T
	store  *memory
	ring   *token.Ring
	issuer *token.Issuer
	keeper *token.Keeper
}

func newReplica(t *testing.T, store *memory, masters ...string) *replica {
	t.Helper()
	keys := master(t, append(masters, "a")[0], append(masters, "a")[1:]...)
	r := &replica{t: t, store: store, keeper: token.NewKeeper(store, keys, token.ES256)}
	var err error
	r.ring, err = token.OpenRing(t.Context(), store, keys, token.ES256, token.ByClock(store.now))
	require.NoError(t, err)
	r.issuer, err = token.NewIssuer(r.ring, issuerURL, token.LifetimeMost)
	require.NoError(t, err)
	return r
}

func (r *replica) issue() token.Token {
	r.t.Helper()
	asked := grant()
	asked.NotAfter = r.store.now().Add(time.Hour)
	issued, err := r.issuer.Issue(asked, r.store.now())
	require.NoError(r.t, err)
	return issued
}

// signs gives the key that signs now.
func (r *replica) signs() string {
	r.t.Helper()
	head, _ := read(r.t, r.issue())
	return head["kid"].(string)
}

func (r *replica) kids() []string {
	r.t.Helper()
	var kids []string
	for _, jwk := range published(r.t, r.ring) {
		kids = append(kids, jwk["kid"].(string))
	}
	return kids
}

// revoked gives what the ring tells the feed.
func (r *replica) revoked() []string {
	var kids []string
	keys, _ := r.ring.Revoked()
	for _, k := range keys {
		kids = append(kids, k.ID)
	}
	return kids
}

func (r *replica) reload() {
	r.t.Helper()
	require.NoError(r.t, r.ring.Reload(r.t.Context()))
}

func (r *replica) rotate(in time.Duration) token.Stored {
	r.t.Helper()
	if in == 0 {
		r.store.pass(time.Second) // a key signs for that long at least
	}
	made, err := r.keeper.Rotate(r.t.Context(), in, event.Origin{})
	require.NoError(r.t, err)
	r.reload()
	return made
}

func (r *replica) compromised(kid string) token.Stored {
	r.t.Helper()
	_, next, err := r.keeper.Compromised(r.t.Context(), kid, event.Origin{})
	require.NoError(r.t, err)
	r.reload()
	return next
}

func TestTheNextKeySignsWhenItsTimeHasComeAndNothingHasToBeRead(t *testing.T) {
	r := newReplica(t, &memory{})
	first := r.signs()
	next := r.rotate(time.Hour)
	r.store.fails = errors.New("the database is out") // from here on
	require.Equal(t, []string{first, next.ID}, r.kids(), "it is published at once")
	r.store.pass(time.Hour - 1)
	require.Equal(t, first, r.signs())
	kept := r.issue().Kept
	r.store.pass(1)
	require.Equal(t, next.ID, r.signs())
	require.ElementsMatch(t, []string{first, next.ID}, r.kids())
	require.True(t, r.issuer.Fresh(&kept, r.store.now()), "a rotation is no reason to sign everything anew")
	r.store.pass(token.LifetimeMost * 4 / 5)
	require.False(t, r.issuer.Fresh(&kept, r.store.now()), "its life is over as any other's")
}

func TestTheNewestKeySignsWhateverItsAlgorithm(t *testing.T) {
	store := &memory{}
	newReplica(t, store)
	store.pass(time.Second)
	_, err := token.NewKeeper(store, master(t, "a"), token.EdDSA).Rotate(t.Context(), 0, event.Origin{})
	require.NoError(t, err)
	require.Len(t, store.kept, 2)
	r := newReplica(t, store)
	head, _ := read(t, r.issue())
	require.Equal(t, token.EdDSA, head["alg"], "token.algorithm is for keys that are made")
	require.Len(t, store.kept, 2)
}

func TestWhereNoKeyHasBegunToSignTheNextOneDoes(t *testing.T) {
	r := newReplica(t, &memory{})
	first, behind := r.signs(), newReplica(t, r.store)
	issued, err := behind.issuer.Issue(grant(), noon.Add(-time.Second)) // the clock of this one is
	require.NoError(t, err)
	head, _ := read(t, issued)
	require.Equal(t, first, head["kid"])

	next := r.rotate(time.Hour)
	r.store.kept[0].RevokedAt = noon // by hand
	r.reload()
	require.Equal(t, next.ID, r.signs(), "it is published")
}

func TestAKeyIsMadeWhereNoneIsLeft(t *testing.T) {
	r := newReplica(t, &memory{})
	first := r.signs()
	r.store.kept[0].RevokedAt = noon // by hand
	r.reload()
	require.Len(t, r.store.kept, 2)
	require.NotEqual(t, first, r.signs())
	require.Equal(t, []string{first}, r.revoked())
}

func TestARevokedKeyIsForgottenByEveryoneInThatOrder(t *testing.T) {
	for _, waiting := range []bool{false, true} {
		r := newReplica(t, &memory{})
		other := newReplica(t, r.store)
		var waits token.Stored
		if waiting {
			waits = r.rotate(24 * time.Hour)
			other.reload()
		}
		first := r.signs()
		issued := r.issue()
		other.reload() // it is the same object of a key still
		kept := other.issue().Kept
		next := r.compromised("")
		require.Equal(t, waiting, next.ID == waits.ID, "one that waits takes over: none is made")
		other.reload()
		for _, each := range []*replica{r, other} {
			require.Equal(t, first, each.signs(), "until all know the next one")
			require.Contains(t, each.kids(), next.ID)
		}
		require.True(t, other.issuer.Fresh(&kept, r.store.now()))

		r.store.pass(250 * time.Millisecond)
		require.Equal(t, []string{next.ID, next.ID}, []string{r.signs(), other.signs()})
		require.False(t, other.issuer.Fresh(&kept, r.store.now()), "it is used no more")
		require.Contains(t, r.kids(), first, "while requests are under way")
		require.Empty(t, r.revoked())

		r.store.pass(250 * time.Millisecond)
		for _, each := range []*replica{r, other} {
			_, _, there := each.ring.Key(first)
			require.False(t, there, "our own doors don't take it")
			require.Equal(t, []string{next.ID}, each.kids())
			require.Equal(t, []string{first}, each.revoked())
		}
		require.Error(t, verify(t, r.ring, issued, token.ES256))
		r.store.pass(time.Hour)
		require.Equal(t, []string{first}, r.revoked(), "a verifier may have bridged an outage")
		r.store.pass(10 * time.Minute)
		require.Empty(t, r.revoked())
	}
}

func TestAKeyThatHasLeftTheJWKSHasNoTokenInUse(t *testing.T) {
	r := newReplica(t, &memory{})
	kept := r.issue().Kept
	r.rotate(0)
	require.True(t, r.issuer.Fresh(&kept, noon))
	r.store.kept[0].RetiredAt = noon // by hand, and too early
	r.reload()
	require.False(t, r.issuer.Fresh(&kept, noon))
}

func TestWhoWaitsForARevocationIsWokenWhenItsTimeComes(t *testing.T) {
	store := &memory{}
	newReplica(t, store)
	ring, err := token.OpenRing(t.Context(), store, master(t, "a"), token.ES256) // by this machine's clock
	require.NoError(t, err)
	at := time.Now().Add(300 * time.Millisecond)
	_, changed := ring.Revoked()
	store.kept[0].RevokedAt = at
	require.NoError(t, ring.Reload(t.Context()))
	<-changed
	revoked, changed := ring.Revoked()
	require.Empty(t, revoked)
	select {
	case <-changed:
	case <-time.After(10 * time.Second):
		t.Fatal("nobody was woken")
	}
	require.WithinRange(t, time.Now(), at, at.Add(5*time.Second))
	revoked, _ = ring.Revoked()
	require.Len(t, revoked, 1)
}

func TestAKeyThatCanNotBeOpenedIsPublishedAllTheSame(t *testing.T) {
	store := &memory{}
	here, there := newReplica(t, store), newReplica(t, store, "b", "a")
	first := here.signs()
	next := there.rotate(time.Hour) // sealed with the new master key
	here.reload()
	require.Contains(t, here.kids(), next.ID)
	require.ErrorContains(t, here.ring.Faults(), "master_key: it does not open the signing key "+next.ID)
	require.NoError(t, here.ring.Err(), "it can sign as it should, until then")
	require.NoError(t, there.ring.Faults())
	_, err := token.OpenRing(t.Context(), store, master(t, "a"), token.ES256, token.ByClock(store.now))
	require.ErrorContains(t, err, next.ID, "one that starts says so at once")

	store.pass(time.Hour)
	require.ErrorContains(t, here.ring.Err(), next.ID)
	require.Equal(t, first, here.signs(), "which is published still")
	require.Equal(t, next.ID, there.signs())
	kept := here.issue().Kept
	there.compromised(first)
	here.reload()
	require.False(t, here.issuer.Fresh(&kept, store.now().Add(500*time.Millisecond)))
	store.pass(500 * time.Millisecond)
	require.Equal(t, []string{next.ID}, here.kids(), "what is revoked leaves")
	asked := grant()
	asked.NotAfter = store.now().Add(time.Hour)
	_, err = here.issuer.Issue(asked, store.now())
	require.ErrorIs(t, err, token.ErrNoKey)
}

func TestOnlyKeysThatSignOrWillAreOpened(t *testing.T) {
	r := newReplica(t, &memory{})
	first := r.signs()
	next := r.rotate(0)
	r.store.kept[0].Sealed = nil
	again := newReplica(t, r.store)
	require.Equal(t, next.ID, again.signs())
	require.ElementsMatch(t, []string{first, next.ID}, again.kids())
}

func TestADatabaseThatIsOutChangesNothing(t *testing.T) {
	r := newReplica(t, &memory{})
	first := r.signs()
	r.store.fails = errors.New("the database is out")
	require.ErrorIs(t, r.ring.Reload(t.Context()), r.store.fails)
	require.Equal(t, first, r.signs())
}

// Signing, rotating, revoking and reading at once: for the race detector, and each token must verify with
// what is published when it is made.
func TestKeysChangeWhileTokensAreMade(t *testing.T) {
	r := newReplica(t, &memory{})
	var stop atomic.Bool
	var working sync.WaitGroup
	for range 4 {
		working.Go(func() {
			for !stop.Load() {
				asked, now := grant(), r.store.now()
				asked.NotAfter = now.Add(time.Hour)
				issued, err := r.issuer.Issue(asked, now)
				if err == nil && r.issuer.Fresh(&issued.Kept, now) {
					_ = r.ring.JWKS()
					_, _ = r.ring.Revoked()
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 20 {
		r.compromised("")
		for range 60 {
			r.store.pass(10 * time.Millisecond)
			require.NoError(t, verify(t, r.ring, r.issue(), token.ES256))
		}
	}
	stop.Store(true)
	working.Wait()
}
