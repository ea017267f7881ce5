package token

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vestibule/backend/event"
	"vestibule/backend/fault"
)

// Faults of those who look after keys.
var (
	ErrKeyUnknown = &fault.Error{Kind: fault.NotFound, Code: "key_not_found", Message: "There is no such key."}
	ErrKeyWaits   = &fault.Error{Kind: fault.Conflict, Code: "key_waiting", Message: "The next key waits already."}
	ErrKeyInUse   = &fault.Error{Kind: fault.Conflict, Code: "key_in_use", Message: "The key is in use."}
	ErrKeyOut     = &fault.Error{Kind: fault.Conflict, Code: "key_out", Message: "The key has left the JWKS already."}
)

// KeyBook is where keys are changed. Safe for concurrent use.
type KeyBook interface {
	// Keys gives all keys there ever were, and the database's time.
	Keys(ctx context.Context) ([]Stored, time.Time, error)
	// Change stores what decide makes of all keys and the database's time, with the events, in one
	// transaction, under the lock of KeyStore.Ensure. An error of decide is given as it is.
	Change(ctx context.Context, origin event.Origin, decide func(all []Stored, now time.Time) ([]Change, error)) error
}

// Change is a key that is new, or has other times or another seal than before, and what that is called.
type Change struct {
	Key    Stored
	Event  event.Name     // empty where another change's event tells of it
	Detail map[string]any // beside kid and alg
}

// Keeper looks after the keys: their schedule, and what an operator asks for. Safe for concurrent use.
type Keeper struct {
	book      KeyBook
	master    MasterKeys
	algorithm string
}

// NewKeeper makes one. algorithm is what new keys sign with.
func NewKeeper(book KeyBook, master MasterKeys, algorithm string) *Keeper {
	return &Keeper{book, master, algorithm}
}

// Tend does what is due: it makes the next key when it is to be published, and retires what is over. Every
// replica calls it again and again: one works, and usually there is nothing to do, which takes one query.
func (k *Keeper) Tend(ctx context.Context) ([]Change, error) {
	all, now, err := k.book.Keys(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) > 0 && !k.isDue(all, now) {
		return nil, nil
	}
	var done []Change
	err = k.book.Change(ctx, event.Origin{}, func(all []Stored, now time.Time) ([]Change, error) {
		var err error
		done, err = k.due(all, now)
		return done, err
	})
	return done, err
}

func (k *Keeper) isDue(all []Stored, now time.Time) bool {
	return nextIsDue(all, now) || slices.ContainsFunc(all, func(s Stored) bool { return isOver(s, all, now) })
}

func nextIsDue(all []Stored, now time.Time) bool {
	return !CanSign(all, now) || !now.Before(last(all, now).SignsFrom.Add(SignsFor-PublishedAhead))
}

func (k *Keeper) due(all []Stored, now time.Time) (changes []Change, err error) {
	for _, s := range all {
		if CanSign(all, now) && isOver(s, all, now) {
			changes = append(changes, retired(s, now))
		}
	}
	if nextIsDue(all, now) {
		from := now
		if CanSign(all, now) {
			from = successor(last(all, now), now)
		}
		made, err := k.create(from, now)
		if err != nil {
			return nil, err
		}
		changes = append(changes, made)
	}
	return changes, nil
}

// retired takes a key out of the JWKS, and destroys its private half.
func retired(s Stored, now time.Time) Change {
	s.RetiredAt, s.Sealed = now, []byte{}
	return Change{Key: s, Event: event.KeyRetired}
}

func (k *Keeper) create(signsFrom, now time.Time) (Change, error) {
	made, err := generate(k.master, k.algorithm)
	made.CreatedAt, made.SignsFrom = now, signsFrom
	return Change{Key: made, Event: event.KeyCreated, Detail: map[string]any{"signs_from": signsFrom.UTC()}}, err
}

// Listed is a key with its place in the order of things.
type Listed struct {
	Stored
	State  State
	Leaves time.Time // the JWKS: when it did, or will, as things stand
}

// SignsUntil gives when another one signs in its place, or did, as things stand; zero of a key that is out.
func (l Listed) SignsUntil() time.Time {
	if l.State == Retired || l.State == Revoked {
		return time.Time{}
	}
	return l.Leaves.Add(-staysFor)
}

// List gives all keys there ever were, the newest first.
func (k *Keeper) List(ctx context.Context) ([]Listed, error) {
	all, now, err := k.book.Keys(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b Stored) int { return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), byAge(b, a)) })
	listed := make([]Listed, len(all))
	for i, s := range all {
		listed[i] = Listed{s, state(s, all, now), leaves(s, all, now)}
	}
	return listed, nil
}

// Rotate publishes the next key now, to sign in a while; ErrKeyWaits where one waits already. The one
// that signs stays published until its last token has expired.
func (k *Keeper) Rotate(ctx context.Context, in time.Duration, origin event.Origin) (Stored, error) {
	var made Change
	err := k.book.Change(ctx, origin, func(all []Stored, now time.Time) ([]Change, error) {
		if there := waiting(all, now); len(there) > 0 {
			return nil, &fault.Error{Kind: ErrKeyWaits.Kind, Code: ErrKeyWaits.Code, Message: fmt.Sprintf(
				"Key %s waits already, and signs from %s on. Is the one that signs now compromised? Then `rotate --compromised`.", there[0].ID, exactly(there[0].SignsFrom))}
		}
		var err error
		made, err = k.create(now.Add(in), now)
		return []Change{made}, err
	})
	return made.Key, err
}

// Compromised is the emergency: a key leaves the JWKS within a second, and the feed says so. Without a kid
// it is the key that signs; ErrKeyOut for one that has left already. Where it signs, the next one takes its place: the one that waits, or a new
// one. It gives the key and, where there was need of one, its successor.
func (k *Keeper) Compromised(ctx context.Context, kid string, origin event.Origin) (key, next Stored, err error) {
	err = k.book.Change(ctx, origin, func(all []Stored, now time.Time) ([]Change, error) {
		at := slices.IndexFunc(all, func(s Stored) bool { return s.ID == kid })
		if kid == "" && CanSign(all, now) {
			at = slices.IndexFunc(all, func(s Stored) bool { return s.ID == candidates(all, now)[0].ID })
		}
		if at < 0 {
			return nil, ErrKeyUnknown
		}
		if key = all[at]; !key.RevokedAt.IsZero() {
			return nil, &fault.Error{Kind: ErrKeyOut.Kind, Code: ErrKeyOut.Code, Message: fmt.Sprintf("Key %s was revoked at %s.", key.ID, exactly(key.RevokedAt))}
		}
		if !key.RetiredAt.IsZero() {
			return nil, outAlready(key.ID, key.RetiredAt)
		}
		signs := state(key, all, now) == Signing
		key.RevokedAt = now.Add(revokedIn)
		revoked := Change{Key: key, Event: event.KeyRevoked, Detail: map[string]any{}}
		if !signs {
			return []Change{revoked}, nil
		}
		taking, err := k.takeOver(all, key, now)
		if err != nil {
			return nil, err
		}
		next = taking.Key
		revoked.Detail["successor"] = next.ID
		return []Change{revoked, taking}, nil
	})
	return key, next, err
}

// takeOver makes the successor of a compromised key, or has the one that waits begin.
func (k *Keeper) takeOver(all []Stored, compromised Stored, now time.Time) (Change, error) {
	for _, w := range waiting(all, now) {
		if w.ID == compromised.ID || !w.RevokedAt.IsZero() {
			continue
		}
		if soon := now.Add(successorIn); soon.Before(w.SignsFrom) {
			w.SignsFrom = soon
		}
		return Change{Key: w}, nil
	}
	return k.create(now.Add(successorIn), now)
}

// Retire takes a key out of the JWKS before its time; ErrKeyInUse, with the time, where a token of it
// may still be valid, or it signs, or is about to.
func (k *Keeper) Retire(ctx context.Context, kid string, origin event.Origin) (Stored, error) {
	var done Change
	err := k.book.Change(ctx, origin, func(all []Stored, now time.Time) ([]Change, error) {
		at := slices.IndexFunc(all, func(s Stored) bool { return s.ID == kid })
		if at < 0 {
			return nil, ErrKeyUnknown
		}
		inUse := func(format string, args ...any) error {
			return &fault.Error{Kind: ErrKeyInUse.Kind, Code: ErrKeyInUse.Code, Message: "Key " + kid + fmt.Sprintf(format, args...) + " Is it compromised? Then `retire --compromised`."}
		}
		switch s := all[at]; state(s, all, now) {
		case Signing:
			return nil, inUse(" signs. `rotate` publishes the next one, and this one leaves by itself when its last token has expired.")
		case Published:
			if over := leaves(s, all, now); now.Before(over) {
				return nil, inUse(" has signed tokens that may be valid until %s, and leaves by itself then.", exactly(over))
			}
		case Next:
			if soon := s.SignsFrom.Add(-late); !now.Before(soon) {
				return nil, inUse(" is about to sign, from %s on.", exactly(s.SignsFrom))
			}
		default:
			return nil, outAlready(kid, leaves(s, all, now))
		}
		done = retired(all[at], now)
		return []Change{done}, nil
	})
	return done.Key, err
}

// Reseal seals with the master key what the previous one sealed, and counts the keys and those that it
// sealed anew. Where neither opens one, nothing is changed.
func (k *Keeper) Reseal(ctx context.Context, origin event.Origin) (keys, anew int, err error) {
	err = k.book.Change(ctx, origin, func(all []Stored, _ time.Time) (changes []Change, faults error) {
		keys = 0
		for _, s := range all {
			if !s.RetiredAt.IsZero() || !s.RevokedAt.IsZero() {
				continue // whose private half nobody needs
			}
			keys++
			sealed, err := k.master.sealAnew(s.Sealed, label(s.ID, s.Algorithm))
			if err != nil {
				faults = errors.Join(faults, notOpened(s.ID, err))
			} else if sealed != nil {
				s.Sealed = sealed
				changes = append(changes, Change{Key: s, Event: event.KeyResealed})
			}
		}
		anew = len(changes)
		return changes, faults
	})
	return keys, anew, err
}

func outAlready(kid string, since time.Time) error {
	return &fault.Error{Kind: ErrKeyOut.Kind, Code: ErrKeyOut.Code, Message: fmt.Sprintf("Key %s has left the JWKS already, at %s.", kid, exactly(since))}
}

func exactly(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 UTC") }
