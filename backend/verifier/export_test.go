package verifier

import "strconv"

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
