package verifier

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"
)

const (
	revokedFor  = 24 * time.Hour // a key: far longer than any JWKS is trusted
	mostRevoked = 10_000         // keys
	maxKID      = 256            // bytes
	mostUnsure  = 64             // tokens of keys that nobody knows, which wait for a beat
)

// revoke puts a key on the list. It is told anew on each connection, which no verifier has to fetch for.
func (f *Feed) revoke(kid string) error {
	told, err := f.list(kid)
	for _, tell := range told { // without mu: they ask for turn
		tell()
	}
	return err
}

func (f *Feed) list(kid string) (told []func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, is := f.revoked[kid]
	if !is && len(f.revoked) >= mostRevoked {
		if f.pruneKeys(); len(f.revoked) >= mostRevoked {
			return nil, fmt.Errorf("more than %d keys were revoked", mostRevoked)
		}
	}
	f.revoked[kid] = f.config.Now().Add(revokedFor)
	if is {
		return nil, nil
	}
	f.turn.Add(1)
	close(f.turns)
	f.turns = make(chan struct{})
	return f.told, nil
}

// pruneKeys needs mu.
func (f *Feed) pruneKeys() {
	now := f.config.Now()
	maps.DeleteFunc(f.revoked, func(_ string, until time.Time) bool { return !now.Before(until) })
}

// tell has a function called whenever a key was revoked.
func (f *Feed) tell(about func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = append(f.told[:len(f.told):len(f.told)], about) // a copy: list may have lent the old one
}

func (f *Feed) isRevoked(kid string) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	_, is := f.revoked[kid]
	return is
}

// turned reports whether a key was revoked after that turn, and waits for two beats to know it: a token by
// the successor may be quicker than the event, by a quarter of a second, which the first beat may still come
// before. Strangers choose key ids: few can wait at a time, so that they hold up nothing but themselves.
func (f *Feed) turned(ctx context.Context, since uint64) bool {
	defer f.unsure.Add(-1)
	if f.unsure.Add(1) > mostUnsure || !f.worthWaiting() {
		return f.turn.Load() != since
	}
	enough := time.NewTimer(2 * f.waits)
	defer enough.Stop()
	for range 2 {
		f.mu.RLock()
		beats, turns := f.beats, f.turns
		f.mu.RUnlock()
		if f.turn.Load() != since {
			return true
		}
		select {
		case <-turns:
		case <-beats:
			continue
		case <-enough.C:
		case <-ctx.Done():
		case <-f.stopped:
		}
		break
	}
	return f.turn.Load() != since
}

// find looks a key up. One that was revoked is none of the issuer's, whatever the JWKS still holds.
func (v *Verifier) find(ctx context.Context, kid string) (publicKey, error) {
	feed := v.config.Feed
	if feed == nil {
		return v.keys.find(ctx, kid)
	}
	if feed.isRevoked(kid) {
		return publicKey{}, errRevokedKey
	}
	turn := feed.turn.Load()
	found, err := v.keys.find(ctx, kid)
	if errors.Is(err, errUnknownKey) && feed.turned(ctx, turn) {
		return v.keys.find(ctx, kid)
	}
	return found, err
}
