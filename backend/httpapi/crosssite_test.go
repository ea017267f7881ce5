package httpapi

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCrossSiteRule(t *testing.T) {
	const here, foreign = "https://app.example.com", "https://evil.example.com"
	site := func(values ...string) []string { return values }
	for _, row := range []struct {
		name    string
		from    origin
		refused bool
	}{
		{"a cookie and Sec-Fetch-Site: same-origin", origin{Method: "POST", Path: "/auth/logout", Cookie: true, FetchSite: site("same-origin")}, false},
		{"a cookie and our Origin", origin{Method: "POST", Path: "/auth/logout", Cookie: true, Origins: site(here)}, false},
		{"a cookie and X-CSRF: 1", origin{Method: "DELETE", Path: "/auth/sessions", Cookie: true, CSRFHeader: "1"}, false},
		{"a cookie and another X-CSRF", origin{Method: "DELETE", Path: "/auth/sessions", Cookie: true, CSRFHeader: "0"}, true},
		{"a cookie and no sign at all", origin{Method: "POST", Path: "/auth/logout", Cookie: true}, true},
		{"a cookie, and typed by the person", origin{Method: "POST", Path: "/auth/logout", Cookie: true, FetchSite: site("none")}, true},
		{"PUT to a downstream with a cookie and no sign", origin{Method: "PUT", Path: "/api/orders/1", Cookie: true}, true},
		{"an invented method with a cookie and no sign", origin{Method: "FROB", Path: "/api/orders/1", Cookie: true}, true},
		{"cross-site, whatever else it carries", origin{Method: "POST", Path: "/auth/login", FetchSite: site("cross-site"), Origins: site(here), CSRFHeader: "1"}, true},
		{"cross-site without a cookie: signing someone in is an attack too", origin{Method: "POST", Path: "/auth/login", FetchSite: site("cross-site")}, true},
		{"a sibling subdomain", origin{Method: "POST", Path: "/auth/login", FetchSite: site("same-site")}, true},
		{"a foreign Origin with everything else right", origin{Method: "POST", Path: "/auth/login", Cookie: true, FetchSite: site("same-origin"), Origins: site(foreign), CSRFHeader: "1"}, true},
		{"Origin: null", origin{Method: "POST", Path: "/auth/login", Origins: site("null")}, true},
		{"the same host over http", origin{Method: "POST", Path: "/auth/login", Origins: site("http://app.example.com")}, true},
		{"our Origin as a prefix", origin{Method: "POST", Path: "/auth/login", Origins: site(here + ".evil.com")}, true},
		{"two Origins, one of them foreign", origin{Method: "POST", Path: "/auth/login", Origins: site(here, foreign)}, true},
		{"Sec-Fetch-Site twice", origin{Method: "POST", Path: "/auth/login", FetchSite: site("same-origin", "cross-site")}, true},
		{"a program that signs in", origin{Method: "POST", Path: "/auth/login"}, false},
		{"a foreign page that reads /api", origin{Method: "GET", Path: "/api/orders/", FetchSite: site("cross-site"), FetchMode: "no-cors", FetchDest: "image"}, true},
		{"a foreign page that reads /auth", origin{Method: "GET", Path: "/auth/session", Origins: site(foreign)}, true},
		{"a preflight", origin{Method: "OPTIONS", Path: "/api/orders/", Origins: site(foreign)}, true},
		{"a link from elsewhere to a download", origin{Method: "GET", Path: "/api/orders/file", FetchSite: site("cross-site"), FetchMode: "navigate", FetchDest: "document"}, false},
		{"a frame from elsewhere", origin{Method: "GET", Path: "/api/orders/file", FetchSite: site("cross-site"), FetchMode: "navigate", FetchDest: "iframe"}, true},
		{"a form post by navigation from elsewhere", origin{Method: "POST", Path: "/api/orders/", FetchSite: site("cross-site"), FetchMode: "navigate", FetchDest: "document"}, true},
		{"/API in another case", origin{Method: "GET", Path: "/API/orders/", FetchSite: site("cross-site")}, true},
		{"a link from elsewhere to a page", origin{Method: "GET", Path: "/account/", FetchSite: site("cross-site")}, false},
		{"/apidocs is a page", origin{Method: "GET", Path: "/apidocs", FetchSite: site("cross-site")}, false},
		{"a WebSocket with a cookie and our Origin", origin{Method: "GET", Path: "/api/orders/ws", WebSocket: true, Cookie: true, Origins: site(here)}, false},
		{"a WebSocket with a cookie and a foreign Origin", origin{Method: "GET", Path: "/api/orders/ws", WebSocket: true, Cookie: true, Origins: site(foreign)}, true},
		{"a WebSocket with a cookie and no sign", origin{Method: "GET", Path: "/api/orders/ws", WebSocket: true, Cookie: true}, true},
		{"a WebSocket that says it navigates", origin{Method: "GET", Path: "/api/orders/ws", WebSocket: true, FetchSite: site("cross-site"), FetchMode: "navigate", FetchDest: "document"}, true},
		{"the token endpoint takes no cookie", origin{Method: "POST", Path: "/oauth/token", Cookie: true, FetchSite: site("cross-site"), Origins: site(foreign)}, false},
		{"its neighbours do", origin{Method: "POST", Path: "/oauth/tokens", FetchSite: site("cross-site")}, true},
		{"approving a client does", origin{Method: "POST", Path: "/oauth/authorize", FetchSite: site("cross-site")}, true},
	} {
		t.Run(row.name, func(t *testing.T) { require.Equal(t, row.refused, row.from.crossSite(here)) })
	}
}
