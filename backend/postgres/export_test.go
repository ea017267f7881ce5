package postgres

import "time"

// For tests.
var (
	Measure = (*Clock).measure
	Patient = (*DB).patient
	Wrap    = wrap
	Prove   = (*Listener).prove
)

// KeysLock is the lock under which keys are changed.
const KeysLock = keysLock

// ProvenFor is how long a proof counts.
const ProvenFor = provenFor

// Age is how long ago the listener was made, by which its proofs are dated.
func (l *Listener) Age() time.Duration { return time.Since(l.began) }

// Statements.
const (
	SweepSessions = sweepSessions
	WriteSlides   = writeSlides
)
