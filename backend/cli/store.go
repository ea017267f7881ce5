package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// store keeps one server's login: in a file, and where it can, the tokens of it in the keyring. Whoever
// writes has the lock.
type store struct {
	folder folder
	server string
	ring   ring
}

// name is that of the file: the server's address, so that a person knows it.
func (s store) name() string { return url.QueryEscape(s.server) + ".json" }

func (s store) path() string { return filepath.Join(s.folder.path, s.name()) }

func (s store) lock(ctx context.Context) (unlock func(), err error) {
	return s.folder.lock(ctx, url.QueryEscape(s.server)+".lock")
}

// load gives what is kept. ErrNotSignedIn, ErrExposed, ErrKeyring.
func (s store) load() (login, error) {
	kept, err := s.salvage()
	if err != nil {
		return login{}, err
	}
	return kept, nil
}

// salvage is load for what is to be thrown away: it gives with the error what could be read all the same.
func (s store) salvage() (login, error) {
	text, exposed := s.folder.read(s.name())
	switch {
	case errors.Is(exposed, fs.ErrNotExist):
		return login{}, fmt.Errorf("%w on %s", ErrNotSignedIn, s.server)
	case exposed != nil && !errors.Is(exposed, ErrExposed):
		return login{}, exposed
	}
	kept, err := parseFile(text, s.server)
	if err != nil {
		return login{}, fmt.Errorf("%s: %w", s.path(), err)
	}
	if kept.Store == InKeyring && !kept.Ended {
		kept.tokens, err = s.ring.read(s.server)
	}
	return kept, errors.Join(exposed, err)
}

// save replaces what is kept. The tokens come first: a file that says where they are is never wrong.
func (s store) save(l login) error {
	if l.Store == InKeyring {
		if err := s.saveTokens(l); err != nil {
			return err
		}
		if before, err := s.folder.read(s.name()); err == nil {
			if same, err := parseFile(before, s.server); err == nil && same.Account == l.Account && same.Ended == l.Ended {
				return nil
			}
		}
	}
	text, err := l.fileText()
	if err != nil {
		return err
	}
	if err := s.folder.write(s.name(), text); err != nil {
		return fmt.Errorf("keep the tokens for %s: %w", s.server, err)
	}
	return nil
}

func (s store) saveTokens(l login) error {
	if l.Ended {
		return s.ring.remove(s.server)
	}
	return s.ring.write(s.server, l.tokens)
}

// forget removes it all. What could not be read may still be there: the file goes in any case.
func (s store) forget(l login) error {
	var left error
	if l.Store == InKeyring && !l.Ended {
		left = s.ring.remove(s.server)
	}
	return errors.Join(left, os.Remove(s.path()))
}

// choose finds out whether tokens can be kept, and where. ErrKeyring where that was demanded.
func (s store) choose(ctx context.Context, wanted Place) (Place, error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	if wanted == InFile {
		return InFile, nil
	}
	if err := s.ring.works(); err != nil {
		if wanted == InKeyring {
			return "", err
		}
		s.ring.note(fmt.Sprintf("No keyring to keep tokens in (%v): they go to a file.", err))
		return InFile, nil
	}
	return InKeyring, nil
}

// where says where the tokens are.
func (s store) where(p Place) string {
	if p == InKeyring {
		return "the system's keyring"
	}
	return s.path() + ", which only you can read"
}
