package secret_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/secret"
)

func TestASecretNeverPrintsItself(t *testing.T) {
	v := secret.New()
	holder := struct{ Inner secret.Value }{v}
	printed, err := json.Marshal(holder)
	require.NoError(t, err)

	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v, "holder", holder)

	for _, text := range []string{
		fmt.Sprint(v), fmt.Sprintf("%s %v %+v %#v %q %x %d", v, v, v, v, v, v, v),
		fmt.Sprintf("%+v %#v", holder, holder), fmt.Sprintf("%v", &v), v.String(), string(printed), log.String(),
	} {
		require.NotContains(t, text, v.Reveal())
		require.Contains(t, text, "[secret]")
	}
}

func TestASecretHas256BitsAndParsesBack(t *testing.T) {
	v := secret.New()
	require.Len(t, v.Reveal(), secret.Length)
	require.NotEqual(t, v, secret.New())

	back, ok := secret.Parse(v.Reveal())
	require.True(t, ok)
	require.Equal(t, v.Hash(), back.Hash())
	require.Len(t, v.Hash(), 64)
}

func TestWhatNewCouldNotHaveMadeDoesNotParse(t *testing.T) {
	good := secret.New().Reveal()
	for _, text := range []string{"", "x", good + "A", good[:42], good[:42] + "=", strings.Repeat("A", 42) + "\n", strings.Repeat("A", 21) + "\r\n" + strings.Repeat("A", 20), good[:42] + "/", strings.Repeat("é", 22)[:43]} {
		_, ok := secret.Parse(text)
		require.False(t, ok, "%q", text)
	}
}
