package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

// Keyring is the system's. Every call may ask the person for a password, and may never come back.
type Keyring interface {
	// Get reports keyring.ErrNotFound.
	Get(service, user string) (string, error)
	// Set replaces what is there.
	Set(service, user, secret string) error
	// Delete reports keyring.ErrNotFound.
	Delete(service, user string) error
}

// System is the keyring of this machine: the Secret Service on Linux, the Keychain, the Credential Manager.
type System struct{}

// Get implements Keyring.
func (System) Get(service, user string) (string, error) { return keyring.Get(service, user) }

// Set implements Keyring.
func (System) Set(service, user, secret string) error { return keyring.Set(service, user, secret) }

// Delete implements Keyring.
func (System) Delete(service, user string) error { return keyring.Delete(service, user) }

const (
	ringService = "vestibule"
	ringSoon    = 2 * time.Second  // and the person is told what it waits for
	ringWithin  = 45 * time.Second // for a password to be typed
)

// ring keeps tokens in the keyring: one item for each server, so that both tokens are written at once.
type ring struct {
	keyring Keyring
	note    func(string)
}

// within ends a wait that the library would not.
func (r ring) within(act func() error) error {
	done := make(chan error, 1)
	go func() { done <- act() }()
	soon, end := time.NewTimer(ringSoon), time.NewTimer(ringWithin)
	defer soon.Stop()
	defer end.Stop()
	for {
		select {
		case err := <-done:
			if err == nil || errors.Is(err, keyring.ErrNotFound) {
				return err
			}
			return fmt.Errorf("%w does not open: %w", ErrKeyring, err)
		case <-soon.C:
			r.note("Waiting for the system's keyring: it may be asking for its password.")
		case <-end.C:
			return fmt.Errorf("%w does not answer: it may be locked, with nobody there to ask for its password", ErrKeyring)
		}
	}
}

func (r ring) read(server string) (tokens, error) {
	found := make(chan string, 1)
	err := r.within(func() error {
		text, err := r.keyring.Get(ringService, server)
		found <- text
		return err
	})
	if errors.Is(err, keyring.ErrNotFound) {
		return tokens{}, fmt.Errorf("%w has no tokens for %s any more: sign in again", ErrKeyring, server)
	}
	if err != nil {
		return tokens{}, err
	}
	var read written
	if json.Unmarshal([]byte(<-found), &read) != nil {
		return tokens{}, fmt.Errorf("%w has something else in the place of its tokens", ErrKeyring)
	}
	return read.tokens(), nil
}

func (r ring) write(server string, t tokens) error {
	text, err := json.Marshal(t.written())
	if err != nil {
		return err
	}
	return r.within(func() error { return r.keyring.Set(ringService, server, string(text)) })
}

func (r ring) remove(server string) error {
	err := r.within(func() error { return r.keyring.Delete(ringService, server) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// works tries it out.
func (r ring) works() error {
	const trial = "a trial, to be deleted"
	return r.within(func() error {
		if err := r.keyring.Set(ringService, trial, trial); err != nil {
			return err
		}
		text, err := r.keyring.Get(ringService, trial)
		if err == nil && text != trial {
			err = errors.New("it does not give back what was put in")
		}
		return errors.Join(err, r.keyring.Delete(ringService, trial))
	})
}
