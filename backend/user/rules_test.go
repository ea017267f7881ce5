package user

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAPasswordIsHeldAgainstTheRulesAndTheReasonIsGiven(t *testing.T) {
	const email, name = "grace.hopper@example.com", "Grace Hopper"
	for password, rule := range map[string]string{
		"correct horse battery":          "",
		"ein ganz gewöhnlicher Satz":     "",
		"一二三四五六七八九十天地玄黄宇宙":               "",
		"    fifteen    ":                "", // spaces count, and are kept
		"short":                          "too_short",
		"fourteen chars":                 "too_short",
		"äöüäöüäöüäöüäö":                 "too_short", // 14 code points, 28 bytes
		strings.Repeat("xy z", 32) + "!": "too_long",
		"123456789012345":                "repetitive",
		"aaaaaaaaaaaaaaaa":               "repetitive",
		"abcabcabcabcabcabc":             "repetitive",
		"abcdefghijklmnopqrst":           "repetitive",
		"qwertyuiopasdfghjkl":            "repetitive",
		"passwordpassword":               "common",
		"PasswordPassword":               "common",
		"password password":              "common",
		"pass word pass word 12":         "common",
		"baseball1234567890":             "common",
		"1qaz2wsx3edc4rfv":               "common",
		"grace.hopper@example.com":       "own_email",
		"grace.hopper1234":               "own_email",
		"Grace Hopper 2026":              "own_name",
		"gracehoppergracehopper":         "own_name",
		"vestibule-vestibule":            "service_name",
		"Vestibule!!!!!!!!":              "service_name",
		"my vestibule has a green door":  "",       // whole passwords are compared, not parts
		"Ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ":               "common", // full-width letters
	} {
		broken := checkPassword("password", NormalPassword(password), email, name)
		if rule == "" {
			require.Nil(t, broken, password)
			continue
		}
		require.NotNil(t, broken, password)
		require.Equal(t, rule, broken.Rule, password)
		require.NotEmpty(t, broken.Message)
	}
}

func TestAnAddressIsKeptAsTypedAndComparedWithoutCase(t *testing.T) {
	kept, key, broken := NormalEmail("  Grace.Hopper@Example.COM ")
	require.Nil(t, broken)
	require.Equal(t, "Grace.Hopper@Example.COM", kept)
	require.Equal(t, "grace.hopper@example.com", key)
	_, composed, _ := NormalEmail("rené@example.com")
	_, decomposed, _ := NormalEmail("rené@example.com")
	require.Equal(t, composed, decomposed)

	for typed, rule := range map[string]string{
		"": "required", "  ": "required", "x": "syntax", "@example.com": "syntax", "a@": "syntax", "a@b@c": "syntax",
		"Grace <grace@example.com>": "syntax", "a b@example.com": "syntax", "a@exa\x00mple.com": "syntax", "a@example.com\r\nBcc: x": "syntax",
		"a\u200b@example.com": "syntax", strings.Repeat("a", 251) + "@b.c": "too_long", `"a b"@example.com`: "syntax",
	} {
		_, _, broken := NormalEmail(typed)
		require.NotNil(t, broken, "%q", typed)
		require.Equal(t, rule, broken.Rule, "%q", typed)
	}
}

func TestANameMayBeWrittenAsItsLanguageWritesIt(t *testing.T) {
	for name, rule := range map[string]string{
		"علی\u200cرضا": "", // its usual spelling has a ZERO WIDTH NON-JOINER
		"👩\u200d🚀":     "",
		"王小明":          "",
		"\u200d":       "required",
		"a\u202eb":     "characters", // turns round what follows
		"a\ufeffb":     "characters",
		"a\tb":         "characters",
	} {
		kept, broken := normalName(name)
		if rule == "" {
			require.Nil(t, broken, name)
			require.Equal(t, name, kept)
			continue
		}
		require.NotNil(t, broken, "%q", name)
		require.Equal(t, rule, broken.Rule, "%q", name)
	}
}

func TestIPv6CountsByItsNetwork(t *testing.T) {
	require.Equal(t, network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"))
	require.NotEqual(t, network("2001:db8:1:2::1"), network("2001:db8:1:3::1"))
	require.NotEqual(t, network("127.0.0.1"), network("127.0.0.2"))
}

func TestAFloodOfHashesQueuesUpToABoundAndIsRefusedBeyond(t *testing.T) {
	h, err := NewHasher(Hashing{MemoryKiB: 64, Iterations: 1, Parallelism: 1, Slots: 1, Queue: 1})
	require.NoError(t, err)
	leave, err := h.enter(t.Context())
	require.NoError(t, err)

	waiting := make(chan error)
	go func() {
		second, err := h.enter(t.Context())
		if err == nil {
			second()
		}
		waiting <- err
	}()
	require.Eventually(t, func() bool { return len(h.queue) == 2 }, 5*time.Second, time.Millisecond)
	_, err = h.enter(t.Context())
	require.ErrorIs(t, err, ErrBusy)
	leave()
	require.NoError(t, <-waiting)

	leave, err = h.enter(t.Context()) // and the queue is free again
	require.NoError(t, err)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = h.enter(gone)
	require.ErrorIs(t, err, context.Canceled)
	leave()
	require.Empty(t, h.queue)
}

func FuzzRules(f *testing.F) {
	f.Add("password", "a@b.c", "name")
	f.Fuzz(func(t *testing.T, password, email, name string) {
		if kept, key, broken := NormalEmail(email); broken == nil && (kept == "" || key == "" || len(kept) > emailMost) {
			t.Fatalf("%q passed as %q, %q", email, kept, key)
		}
		if broken := checkPassword("password", NormalPassword(password), email, name); broken == nil && len([]rune(NormalPassword(password))) < PasswordLeast {
			t.Fatalf("%q passed", password)
		}
	})
}
