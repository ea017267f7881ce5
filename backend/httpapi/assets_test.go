package httpapi_test

import (
	"io/fs"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
)

// copied is a team's app whose build left compressed copies. What they hold here tells them apart; the
// server never looks into them.
func copied(s *setup) {
	built := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	file := func(body string, at time.Time) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(body), ModTime: at}
	}
	s.app = fstest.MapFS{
		"index.html": file(`<!doctype html>__CSP_NONCE__`, built), "index.html.br": file("a page", built),
		"assets/a.js": file("plain", built), "assets/a.js.br": file("brotli", built), "assets/a.js.gz": file("gzip, longer", built),
		"assets/b.js": file("new", built.Add(time.Second)), "assets/b.js.br": file("old", built), "assets/b.js.gz": file("of today", built.Add(time.Hour)),
		"assets/c.js": file("alone", built), "assets/c.js.br": {Mode: fs.ModeDir | 0o755, ModTime: built},
		"words.json": file("{}", built), "words.json.br": file("brotli", built),
	}
}

func TestACompressedCopyGoesToThoseWhoTakeIt(t *testing.T) {
	app := boot(t, copied).visitor()
	for accepts, want := range map[string][2]string{
		"":                       {"plain", ""},
		"identity":               {"plain", ""},
		"gzip, deflate, br":      {"brotli", "br"},
		"br;q=1.0, gzip;q=0.8":   {"brotli", "br"},
		"BR":                     {"brotli", "br"},
		"gzip, deflate":          {"gzip, longer", "gzip"},
		"br;q=0, gzip":           {"gzip, longer", "gzip"},
		"br; q=0.000 , gzip;q=0": {"plain", ""},
		"*":                      {"brotli", "br"},
		"br;q=0, *":              {"gzip, longer", "gzip"},
		"*;q=0, gzip":            {"gzip, longer", "gzip"},
		"brotli, xbr, br2":       {"plain", ""},
		"br;q=":                  {"plain", ""},
		"br;level=1":             {"plain", ""},
		",;,=":                   {"plain", ""},
	} {
		got := app.get("/assets/a.js", "Accept-Encoding", accepts).is(200)
		require.Equal(t, want, [2]string{got.body, got.header.Get("Content-Encoding")}, accepts)
		require.Equal(t, "Accept-Encoding", got.header.Get("Vary"), accepts)
		require.Contains(t, got.header.Get("Content-Type"), "javascript", accepts)
		require.Equal(t, "public, max-age=31536000, immutable", got.header.Get("Cache-Control"), accepts)
	}
}

func TestOnlyACopyOfThisVeryFileIsSent(t *testing.T) {
	app := boot(t, copied).visitor()
	require.Equal(t, "new", app.get("/assets/b.js", "Accept-Encoding", "br").is(200).body)
	require.Equal(t, "of today", app.get("/assets/b.js", "Accept-Encoding", "br, gzip").is(200).body)
	alone := app.get("/assets/c.js", "Accept-Encoding", "br, gzip").is(200)
	require.Equal(t, "alone", alone.body)
	require.Empty(t, alone.header.Get("Content-Encoding"))
}

func TestAPageIsNeverSentFromACopy(t *testing.T) {
	app := boot(t, copied).visitor()
	for _, path := range []string{"/", "/index.html", "/orders"} {
		got := app.get(path, "Accept-Encoding", "br, gzip").is(200)
		require.Empty(t, got.header.Get("Content-Encoding"), path)
		found := nonce.FindStringSubmatch(got.header.Get("Content-Security-Policy"))
		require.Len(t, found, 2, path)
		require.Equal(t, "<!doctype html>"+found[1], got.body, path)
		require.Equal(t, "no-store", got.header.Get("Cache-Control"), path)
		require.Empty(t, got.header.Get("ETag"), path)
	}
}

func TestAHeadOfAnAssetTellsWhatAGetWould(t *testing.T) {
	app := boot(t, copied).visitor()
	for _, accepts := range []string{"", "gzip", "br"} {
		for _, path := range []string{"/assets/a.js", "/words.json"} {
			whole := app.get(path, "Accept-Encoding", accepts).is(200)
			head := app.send("HEAD", path, nil, "Accept-Encoding", accepts).is(200)
			require.Empty(t, head.body)
			require.Equal(t, strconv.Itoa(len(whole.body)), head.header.Get("Content-Length"))
			for _, name := range []string{"Content-Type", "Content-Encoding", "Vary", "ETag", "Cache-Control"} {
				require.Equal(t, whole.header.Get(name), head.header.Get(name), name)
			}
		}
	}
}

func TestAnAssetThatABrowserHasIsNotSentAgain(t *testing.T) {
	changing := setup{}
	copied(&changing)
	app := boot(t, func(s *setup) { s.app = changing.app }).visitor()
	plain := app.get("/words.json").is(200)
	require.Equal(t, "no-cache", plain.header.Get("Cache-Control"))
	smaller := app.get("/words.json", "Accept-Encoding", "br").is(200)
	tag := smaller.header.Get("ETag")
	require.Regexp(t, `^"[A-Za-z0-9_-]{22}"$`, tag)
	require.NotEqual(t, plain.header.Get("ETag"), tag)

	for _, known := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		got := app.get("/words.json", "Accept-Encoding", "br", "If-None-Match", known).is(304)
		require.Empty(t, got.body, known)
		require.Equal(t, tag, got.header.Get("ETag"), known)
		require.Equal(t, "Accept-Encoding", got.header.Get("Vary"), known)
		require.Equal(t, "no-cache", got.header.Get("Cache-Control"), known)
	}
	for _, unknown := range []string{plain.header.Get("ETag"), `"other"`, tag[:10], "W/"} {
		require.Equal(t, "brotli", app.get("/words.json", "Accept-Encoding", "br", "If-None-Match", unknown).is(200).body, unknown)
	}
	app.get("/words.json", "If-Modified-Since", "Sun, 01 Mar 2126 12:00:00 GMT").is(200) // what is copied with its old times is new all the same

	*changing.app["words.json.br"] = fstest.MapFile{Data: []byte("Brotli"), ModTime: changing.app["words.json"].ModTime.Add(time.Second)}
	require.Equal(t, "Brotli", app.get("/words.json", "Accept-Encoding", "br", "If-None-Match", tag).is(200).body)
}
