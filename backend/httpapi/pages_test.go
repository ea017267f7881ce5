package httpapi_test

import (
	"regexp"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/session"
)

var nonce = regexp.MustCompile(`'nonce-([A-Za-z0-9+/]{22})'`)

func TestABuiltInPageHasANonceThatNoOtherAnswerHas(t *testing.T) {
	r := boot(t)
	seen := map[string]bool{}
	for _, path := range []string{"/account/", "/account/", "/account/devices", "/account/index.html", "/account/a/b?c=d"} {
		got := r.visitor().get(path, "Sec-Fetch-Site", "cross-site").is(200) // a link from elsewhere
		require.Equal(t, "text/html; charset=utf-8", got.header.Get("Content-Type"))
		require.Equal(t, "no-store", got.header.Get("Cache-Control"))
		policy := got.header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'; script-src 'self';")
		require.Contains(t, policy, "frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		require.NotContains(t, policy, "unsafe")
		found := nonce.FindStringSubmatch(policy)
		require.Len(t, found, 2)
		require.False(t, seen[found[1]])
		seen[found[1]] = true
		require.Contains(t, got.body, `content="`+found[1]+`"`)
	}
	asset := r.visitor().get("/account/assets/app-1a2b.js").is(200)
	require.Equal(t, "public, max-age=31536000, immutable", asset.header.Get("Cache-Control"))
	require.Contains(t, asset.header.Get("Content-Type"), "javascript")
	r.visitor().get("/account/assets/app-old.js").problem(404, "not_found")
	require.Equal(t, "/account/", r.visitor().get("/account").is(301).header.Get("Location"))
	require.Equal(t, "/account/", r.visitor().get("/anything/else").is(303).header.Get("Location"))
	r.visitor().post("/account/", "{}").problem(405, "method_not_allowed")
}

// TestABuiltInPageKnowsTheConfiguration has its other half where there is a lab: in cmd/vestibule.
func TestABuiltInPageKnowsTheConfiguration(t *testing.T) {
	page := boot(t, func(s *setup) {
		s.policy.Remembered = session.Limits{Idle: time.Hour, Absolute: 36 * time.Hour}
	}).visitor().get("/account/").is(200).body
	for _, told := range []string{"lab\" content=\"no", "registration\" content=\"open", "remember\" content=\"3600 129600"} {
		require.Contains(t, page, `<meta name="vestibule-`+told+`">`)
	}
}

func TestTheTeamsOwnAppIsEverywhereElse(t *testing.T) {
	r := boot(t, func(s *setup) {
		s.app = fstest.MapFS{
			"index.html": {Data: []byte("<!doctype html>own")}, "robots.txt": {Data: []byte("User-agent: *")}, "assets/x.css": {Data: []byte("a{}")},
			"odd.xyz123": {Data: []byte("x")},
		}
	})
	for _, path := range []string{"/", "/orders/17", "/index.html", "/assets", "/apidocs", "/authors"} {
		got := r.visitor().get(path).is(200)
		require.Equal(t, "<!doctype html>own", got.body, path)
		policy := got.header.Get("Content-Security-Policy")
		require.Regexp(t, `^default-src 'none'; script-src 'self'; .*img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self';`, policy)
		require.NotContains(t, policy, "unsafe")
	}
	require.Equal(t, "no-cache", r.visitor().get("/robots.txt").is(200).header.Get("Cache-Control"))
	require.Equal(t, "application/octet-stream", r.visitor().get("/odd.xyz123").is(200).header.Get("Content-Type"))
	for _, asked := range [][]string{{"Sec-Fetch-Dest", "document"}, {"Sec-Fetch-Dest", "iframe"}, {"Sec-Fetch-Dest", "empty", "Accept", "text/html"}} {
		require.Equal(t, "<!doctype html>own", r.visitor().get("/orders/17", asked...).is(200).body, asked)
	}
	for _, dest := range []string{"script", "image", "empty", "style", "worker"} { // a file of an older build, an API by a wrong name
		r.visitor().get("/orders/17", "Sec-Fetch-Dest", dest, "Accept", "*/*").problem(404, "not_found")
		r.visitor().get("/", "Sec-Fetch-Dest", dest, "Accept", "*/*").is(200)
	}
	for _, path := range []string{"/assets/gone.css", "/api", "/auth", "/auth/", "/auth/nothing", "/oauth/nothing", "/admin", "/admin/nothing", "/.well-known/nothing"} {
		r.visitor().get(path).problem(404, "not_found")
	}
	require.Contains(t, r.visitor().get("/account/").is(200).body, "account")
}
