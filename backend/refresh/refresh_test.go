package refresh_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/refresh"
)

func TestATokenIsReadAsItWasWritten(t *testing.T) {
	made := refresh.New()
	text := made.Secret().Reveal()
	require.Regexp(t, `^vrt_[A-Za-z0-9_-]{72}$`, text)
	read, ok := refresh.Parse(text)
	require.True(t, ok)
	require.Equal(t, []string{made.Family(), made.Hash()}, []string{read.Family(), read.Hash()})
	require.NotEqual(t, refresh.New().Family(), made.Family())
	for _, shown := range []string{fmt.Sprint(made), fmt.Sprintf("%#v %+v %s %q %x", made, made, made, made, made)} {
		require.NotContains(t, shown, text[10:20])
	}
}

func TestOneThatWasDamagedIsNone(t *testing.T) {
	text := refresh.New().Secret().Reveal()
	for i := len("vrt_"); i < len(text); i++ {
		for _, c := range []string{"A", "B", "_"} {
			if damaged := text[:i] + c + text[i+1:]; damaged != text {
				_, ok := refresh.Parse(damaged)
				require.False(t, ok, "at %d", i)
			}
		}
	}
	for _, odd := range []string{"", "vrt_", text[4:], text + "A", text[:len(text)-1], "VRT_" + text[4:], strings.ReplaceAll(text, "vrt_", "vrt-"), text + "\n"} {
		_, ok := refresh.Parse(odd)
		require.False(t, ok, odd)
	}
	for range 5_000 { // one of 256 ends with a byte of zero, as which it would be read that there is none
		text := refresh.New().Secret().Reveal()
		_, ok := refresh.Parse(text[:len(text)-1] + "\n")
		require.False(t, ok, text)
	}
}

func TestWhatATokenIsDependsOnWhoShowsItAndWhen(t *testing.T) {
	used := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	f := refresh.Family{ClientID: "cli", Current: "current", Used: "used", UsedAt: used}
	const within = 10 * time.Second
	for _, c := range []struct {
		hash, client string
		after        time.Duration
		want         refresh.Verdict
	}{
		{"current", "cli", time.Hour, refresh.Unused},
		{"used", "cli", 0, refresh.Repeated},
		{"used", "cli", within - 1, refresh.Repeated},
		{"used", "cli", within, refresh.Reused},
		{"older", "cli", 0, refresh.Reused},
		{"current", "other", 0, refresh.Unknown},
		{"older", "other", 0, refresh.Unknown},
	} {
		require.Equal(t, c.want, f.Judge(c.hash, c.client, used.Add(c.after), within), "%+v", c)
	}
	require.Equal(t, refresh.Reused, refresh.Family{ClientID: "cli", Current: "current"}.Judge("", "cli", time.Unix(0, 0), 1<<62), "no used one is no empty one")
}

func FuzzParse(f *testing.F) {
	f.Add(refresh.New().Secret().Reveal())
	f.Add("vrt_" + strings.Repeat("A", 72))
	f.Fuzz(func(t *testing.T, text string) {
		if read, ok := refresh.Parse(text); ok {
			require.Equal(t, text, read.Secret().Reveal(), "there is one way to write a token")
		}
	})
}
