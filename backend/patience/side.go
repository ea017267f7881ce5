package patience

import "sync"

// side is one direction of a socket. Its lock is held by whoever moves something.
type side struct {
	sync.Mutex
	wait func(step func(fd uintptr) bool) error // calls step again each time the socket is ready, until it is done
	move func(fd uintptr, p []byte) (n int, again bool, err error)
	step func(fd uintptr) bool // made once: each would be garbage

	p   []byte
	n   int
	err error
}

func newSide(wait func(func(uintptr) bool) error, move func(uintptr, []byte) (int, bool, error)) *side {
	s := &side{wait: wait, move: move}
	s.step = func(fd uintptr) bool {
		var again bool
		s.n, again, s.err = s.move(fd, s.p)
		return !again
	}
	return s
}

// once moves some bytes, as soon as that is possible.
func (s *side) once(p []byte) (int, error) {
	s.p, s.n, s.err = p, 0, nil
	err := s.wait(s.step)
	s.p = nil
	if err != nil { // a deadline has passed, or the connection is closed
		return 0, err
	}
	return s.n, s.err
}
