package httpapi

import (
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/gateway"
)

// passOn has the team's development server answer what is not ours. Its answers carry the headers of a
// page of ours; the policy only reports, since such a server puts scripts of its own into the page.
func (a *api) passOn(c *fiber.Ctx) error {
	if isReserved(c.Path()) {
		return errNotFound
	}
	s := stateOf(c)
	answer := &c.Response().Header
	answer.Del(fiber.HeaderContentSecurityPolicy)
	answer.Set(fiber.HeaderContentSecurityPolicyReportOnly, strings.ReplaceAll(a.appCSP(), "%s", noncePlace)) // nobody fills the place in
	err := a.DevServer.Forward(c.Context(), gateway.Call{
		ClientIP: a.clientIP(c), Proto: a.PublicURL.Scheme, Host: a.PublicURL.Host, RequestID: s.id, Traceparent: s.parent,
	})
	if err == nil {
		return nil
	}
	answer.Del(fiber.HeaderContentSecurityPolicyReportOnly)
	if errors.Is(err, gateway.ErrAppDown) && strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML) {
		return a.appDown(c)
	}
	return err
}

// isReserved finds a path that is ours, in whatever spelling: a development server may be laxer than we
// are, and may have a proxy of its own behind these paths.
func isReserved(path string) bool {
	path = unescaped(path)
	for _, prefix := range append([]string{"/account"}, reserved...) {
		if isBelow(path, prefix) {
			return true
		}
	}
	return false
}

// unescaped decodes a path until nothing is left to decode. A percent sign that begins no escape stands for
// itself, and spoils none of the others.
func unescaped(path string) string {
	var plain []byte
	for i := range len(path) {
		plain = append(plain, path[i])
		for n := len(plain) - 3; n >= 0 && plain[n] == '%'; n = len(plain) - 3 {
			one, err := hex.DecodeString(string(plain[n+1:]))
			if err != nil {
				break
			}
			plain = append(plain[:n], one...)
		}
	}
	return string(plain)
}

// appDown says in the app's place that its development server has to be started, and asks again by
// itself.
func (a *api) appDown(c *fiber.Ctx) error {
	nonce := newNonce()
	c.Set(fiber.HeaderContentSecurityPolicy, nakedCSP+"; style-src 'nonce-"+nonce+"'; script-src 'nonce-"+nonce+"'")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(fiber.StatusBadGateway).SendString(fmt.Sprintf(appDownPage, nonce, nonce, html.EscapeString(a.DevServer.URL().String())))
}

const appDownPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The app is not running</title>
<style nonce="%s">body { max-width: 36rem; margin: 15vh auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }</style>
<script nonce="%s">setTimeout(() => location.reload(), 1000)</script>
</head>
<body>
<h1>The app is not running</h1>
<p>Vestibule passes this address on to the app’s development server at <code>%s</code>, and nothing answers there. That is what <code>ui.app</code> says, or the variable <code>VESTIBULE_UI_APP</code>.</p>
<p>Start it in the app’s own folder. For most apps that is:</p>
<pre><code>npm run dev</code></pre>
<p>This page asks again every second, and shows the app as soon as it is there.</p>
<p><a href="/account/">Your account</a> needs no app.</p>
</body>
</html>
`
