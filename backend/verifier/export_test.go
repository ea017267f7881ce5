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
