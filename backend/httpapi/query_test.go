package httpapi

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestACursorLeadsBackToItsPlace(t *testing.T) {
	for _, at := range []time.Time{time.UnixMicro(1).UTC(), time.Date(2026, 1, 31, 12, 0, 0, 123456000, time.UTC), time.UnixMicro(markMost).UTC()} {
		m := mark{at, uuid.New()}
		got, ok := parseMark(m.String())
		require.True(t, ok)
		require.Equal(t, m, got)
	}
}

func FuzzACursorIsOursOrRefused(f *testing.F) {
	f.Add("")
	f.Add(mark{time.Unix(1, 0), uuid.New()}.String())
	f.Add("________________________________")
	f.Fuzz(func(t *testing.T, text string) {
		m, ok := parseMark(text)
		if !ok {
			require.Zero(t, m)
			return
		}
		require.Equal(t, text, m.String(), "one spelling for one place")
		require.LessOrEqual(t, m.at.Year(), 9999)
	})
}

func FuzzAFilterIsReadOrRefusedByItsName(f *testing.F) {
	for _, text := range []string{"", "10.0.0.0/8", "::1", "fe80::1%eth0", "::ffff:10.0.0.0/104", "7d", "12h", "0s", "2026-01-31T12:00:00Z", "nora", "\x00", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, read := range map[string]func(*values) any{
			"text": func(v *values) any { return v.text("text") }, "id": func(v *values) any { return v.id("id") },
			"duration": func(v *values) any { return v.duration("duration") }, "moment": func(v *values) any { return v.moment("moment") },
			"truth": func(v *values) any { return v.truth("truth") }, "after": func(v *values) any { return v.after() },
			"addresses": func(v *values) any {
				first, last := v.addresses("addresses")
				require.Equal(t, first.IsValid(), last.IsValid())
				require.Equal(t, first.Is4(), last.Is4())
				require.False(t, last.Less(first))
				return first
			},
		} {
			v := &values{given: map[string]string{name: text}, read: map[string]bool{}}
			got := read(v)
			if len(v.faults) > 0 {
				require.Len(t, v.faults, 1)
				require.Equal(t, name, v.faults[0].Name)
				require.Zero(t, got)
				require.Error(t, v.err())
			}
			if d, is := got.(time.Duration); is {
				require.GreaterOrEqual(t, d, time.Duration(0))
				require.LessOrEqual(t, d, durationMost)
			}
		}
	})
}
