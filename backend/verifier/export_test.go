package verifier

import (
	"context"
	"strconv"
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
