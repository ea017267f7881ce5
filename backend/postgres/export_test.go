package postgres

// For tests.
var (
	Measure = (*Clock).measure
	Patient = (*DB).patient
	Wrap    = wrap
)
