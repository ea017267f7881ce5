package verifier

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Fill ends n sessions.
func (f *Feed) Fill(n int) error {
	for i := range n {
		if err := f.add(strconv.Itoa(i)); err != nil {
			return err
		}
	}
	return nil
}

// FillKeys revokes n keys.
func (f *Feed) FillKeys(n int) error {
	for i := range n {
		if err := f.revoke(strconv.Itoa(i)); err != nil {
			return err
		}
	}
	return nil
}

// Waiting gives how many tokens wait for the feed, and how many of them because nobody knows their key.
func (f *Feed) Waiting() (all, unsure int64) { return f.waiting.Load(), f.unsure.Load() }

// Patient has tokens wait for as long as it takes. It is for a feed that no token waits for yet.
func (f *Feed) Patient() { f.waits = time.Hour }

// Signed verifies a token's form and signature alone, as Verify does, and gives what was signed: for vectors
// that are no access tokens. The type is the one thing that is left out before it.
func (v *Verifier) Signed(ctx context.Context, raw string) ([]byte, error) {
	t, err := take(raw)
	if err != nil {
		return nil, err
	}
	t.kind = "at+jwt"
	if err := v.admit(t.head); err != nil {
		return nil, err
	}
	if err := v.signed(ctx, t); err != nil {
		return nil, err
	}
	return t.payload, nil
}

// Members takes JSON apart.
func Members(text []byte) (map[string]json.RawMessage, error) {
	found, err := members(text)
	if err != nil {
		return nil, err
	}
	named := map[string]json.RawMessage{}
	for _, m := range found {
		named[string(m.name)] = m.value
	}
	return named, nil
}

// ReadKeys gives the public keys of a JWKS by algorithm.
func ReadKeys(from io.Reader) (map[string][]any, error) {
	known, err := parse(from)
	found := map[string][]any{}
	for _, key := range known {
		found[key.algorithm] = append(found[key.algorithm], key.public)
	}
	return found, err
}

// ReadFeed reads a stream to its end, and gives what it brought.
func ReadFeed(from io.Reader) (ended, revoked []string, beats int, err error) {
	f := &Feed{config: FeedConfig{Now: time.Now, StaleAfter: defaultStaleAfter}, ended: map[string]struct{}{}, beats: make(chan struct{}),
		revoked: map[string]time.Time{}, turns: make(chan struct{})}
	err = f.read(from, func() { beats++ })
	return slices.Collect(maps.Keys(f.ended)), slices.Collect(maps.Keys(f.revoked)), beats, err
}
