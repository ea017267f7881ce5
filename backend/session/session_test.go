package session_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/session"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestALimitIsTheFirstInstantAtWhichASessionIsOver(t *testing.T) {
	s := session.Session{IdleExpiresAt: noon, AbsoluteExpiresAt: noon.Add(time.Hour)}
	require.Equal(t, session.Live, s.State(noon.Add(-time.Nanosecond)))
	require.Equal(t, session.IdleExpired, s.State(noon))
	require.Equal(t, session.AbsoluteExpired, s.State(noon.Add(time.Hour)))
	require.Equal(t, noon, session.Alive{IdleExpiresAt: noon, AbsoluteExpiresAt: noon.Add(time.Hour)}.EndsAt())
	require.Equal(t, noon, session.Alive{IdleExpiresAt: noon.Add(time.Hour), AbsoluteExpiresAt: noon}.EndsAt())
}

func TestASlideIsWrittenOnceAMinuteOrATenthOfTheTimeoutIfThatIsLess(t *testing.T) {
	p := session.Policy{Normal: session.Limits{Idle: 30 * time.Minute}, Remembered: session.Limits{Idle: time.Minute}}
	require.Equal(t, time.Minute, p.SlideStep(false))
	require.Equal(t, 6*time.Second, p.SlideStep(true))
}

func TestAProofIsFreshUpToItsAge(t *testing.T) {
	s := session.Session{AuthTime: noon}
	require.True(t, s.Fresh(time.Minute, noon.Add(time.Minute)))
	require.False(t, s.Fresh(time.Minute, noon.Add(time.Minute+1)))
}
