package token

import (
	"cmp"
	"slices"
	"time"
)

// The life of a signing key.
const (
	SignsFor       = 30 * 24 * time.Hour // then the next one signs
	PublishedAhead = 24 * time.Hour      // before it signs

	// A key that signs no more stays published until its last token has expired: that was issued, at the
	// latest, when the next one began to sign, by a replica whose clock or whose processor was late.
	staysFor = LifetimeMost + leeway + late
	leeway   = 30 * time.Second // of those who verify
	late     = 90 * time.Second

	// In an emergency, the successor signs when every replica publishes it, and the compromised key is
	// revoked when no request is under way any more with a token of it: so no request is refused.
	successorIn = 250 * time.Millisecond
	revokedIn   = 2 * successorIn

	// revokedMatters is how long a revocation matters: a verifier bridges an outage for an hour with the
	// keys that it knows, and may have read them from a cache, which keeps them for five minutes.
	revokedMatters = 70 * time.Minute
)

// State says where in its life a key is.
type State string

// The states, in their order.
const (
	Next      State = "next"      // published, to sign later
	Signing   State = "signing"   // all new tokens
	Published State = "published" // it signs no more; tokens of it may still be valid
	Retired   State = "retired"   // out of the JWKS: its last token has expired
	Revoked   State = "revoked"   // out of the JWKS before that
)

// published reports whether a key is in the JWKS.
func (s Stored) published(now time.Time) bool {
	return s.RetiredAt.IsZero() && (s.RevokedAt.IsZero() || now.Before(s.RevokedAt))
}

func (s Stored) waits(now time.Time) bool { return s.published(now) && now.Before(s.SignsFrom) }

// CanSign reports whether there is a key that signs, now or later.
func CanSign(all []Stored, now time.Time) bool { return len(candidates(all, now)) > 0 }

// candidates gives the published keys, best first: the one that signs, those before it, and then those
// that wait. So where none has begun to sign, the next one does so early: it is published.
func candidates(all []Stored, now time.Time) []Stored {
	found := slices.DeleteFunc(slices.Clone(all), func(s Stored) bool { return !s.published(now) })
	slices.SortFunc(found, func(a, b Stored) int {
		switch waiting := a.waits(now); {
		case waiting && b.waits(now):
			return byAge(a, b)
		case waiting:
			return 1
		case b.waits(now):
			return -1
		}
		return byAge(b, a)
	})
	return found
}

// byAge puts the key first that signs first. All replicas agree on it.
func byAge(a, b Stored) int {
	return cmp.Or(a.SignsFrom.Compare(b.SignsFrom), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
}

// waiting gives those that wait, the next one first.
func waiting(all []Stored, now time.Time) []Stored {
	return slices.DeleteFunc(candidates(all, now), func(s Stored) bool { return !s.waits(now) })
}

// state says where in its life one of all keys is.
func state(s Stored, all []Stored, now time.Time) State {
	switch {
	case !s.RevokedAt.IsZero():
		return Revoked
	case !s.RetiredAt.IsZero():
		return Retired
	case s.ID == candidates(all, now)[0].ID:
		return Signing
	case s.waits(now):
		return Next
	}
	return Published
}

// leaves gives when a key leaves, or has left, the JWKS: as things stand, for one that signs or will.
func leaves(s Stored, all []Stored, now time.Time) time.Time {
	switch state(s, all, now) {
	case Revoked:
		return s.RevokedAt
	case Retired:
		return s.RetiredAt
	case Published: // whatever came between, it has signed no more since the present one does
		return candidates(all, now)[0].SignsFrom.Add(staysFor)
	}
	for _, w := range waiting(all, now) {
		if byAge(s, w) < 0 {
			return w.SignsFrom.Add(staysFor)
		}
	}
	return successor(s, now).Add(staysFor)
}

// successor gives when the one after the last key signs: never before it has been published for a day.
func successor(last Stored, now time.Time) time.Time {
	if planned := last.SignsFrom.Add(SignsFor); planned.After(now.Add(PublishedAhead)) {
		return planned
	}
	return now.Add(PublishedAhead)
}

// last gives the key that no other is to follow yet.
func last(all []Stored, now time.Time) Stored {
	there := candidates(all, now)
	if waiting := there[len(there)-1]; waiting.waits(now) {
		return waiting
	}
	return there[0]
}

// isOver reports whether nobody needs a key any more.
func isOver(s Stored, all []Stored, now time.Time) bool {
	switch state(s, all, now) {
	case Revoked:
		return s.RetiredAt.IsZero() && !now.Before(s.RevokedAt.Add(revokedMatters))
	case Published:
		return !now.Before(leaves(s, all, now))
	}
	return false
}
