package lab

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// What the lab sends along to see it taken out on the way.
var forged = map[string]string{"X-Real-Ip": "203.0.113.7", "X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7"}

// anatomy sends one request, twice, and follows it through the seven hops: what is told of each was seen
// at its two ends, or is what Vestibule's own Server-Timing says.
func (r *run) anatomy(options) error {
	v, leave, err := r.signIn()
	if err != nil {
		return err
	}
	defer leave()
	r.say("began", facts{"at": now()})
	var seen hop
	for _, pass := range []string{"first", "again"} {
		var got reply
		if seen, got, err = v.through(r.ctx, forged); err != nil {
			return err
		}
		if err := r.hops(pass, v, seen, got); err != nil {
			return err
		}
	}
	return r.refusals(v, seen.token)
}

// hops tells of one request, in the order in which it went.
func (r *run) hops(pass string, v *visit, seen hop, got reply) error {
	took, from := timings(got.header)
	head, claims, err := parts(seen.token)
	if err != nil {
		return err
	}
	cookie, _, _ := strings.Cut(v.cookie, "=")
	for n, told := range []facts{
		{"hop": "sent", "method": http.MethodGet, "path": "/api/lab/hop", "cookie": cookie, "characters": len(v.value), "digest": digest(v.value), "headers": sortedNames(forged)},
		{"hop": "cross_site"},
		{"hop": "session", "source": from["session"], "took_ms": took["session"]},
		{"hop": "route", "downstream": Audience},
		{"hop": "token", "source": from["token"], "took_ms": took["token"], "head": head, "claims": claims, "bytes": len(seen.token), "digest": digest(seen.token)},
		{"hop": "downstream", "took_ms": took["upstream"], "headers": arrived(seen), "missing": missing(seen.header)},
		{"hop": "answer", "status": got.status, "took_ms": milliseconds(got.took), "headers": sent(got.header),
			"missing": absent(got.header, "Set-Cookie", "Access-Control-Allow-Origin")},
	} {
		told["pass"], told["n"] = pass, n+1
		r.say("hop", told)
	}
	return nil
}

// refusals shows that each guard on the way says no, by asking for it.
func (r *run) refusals(v *visit, token string) error {
	foreign := v.header()
	delete(foreign, "X-CSRF")
	foreign["Origin"], foreign["Sec-Fetch-Site"] = "https://elsewhere.example", "cross-site"
	twice := v.header()
	twice["Authorization"] = "Bearer " + token
	for _, try := range []struct {
		hop string
		ask request
	}{
		{"sent", request{method: http.MethodGet, url: r.lab.Door + "/api/lab/door", header: twice}},
		{"cross_site", request{method: http.MethodPost, url: r.lab.Door + "/api/lab/door", header: foreign}},
		{"session", request{method: http.MethodGet, url: r.lab.Door + "/api/lab/door"}},
		{"route", request{method: http.MethodGet, url: r.lab.Door + "/api/no-such-downstream/", header: v.header()}},
		{"token", request{method: http.MethodGet, url: r.lab.Door + "/api/lab/door", header: map[string]string{"Authorization": "Bearer " + token}}},
		{"downstream", request{method: http.MethodGet, url: r.lab.Self + "/feed/door", header: map[string]string{"Cookie": v.cookie}}},
	} {
		got, err := r.ask(r.ctx, try.ask)
		if err != nil {
			return err
		}
		r.say("refusal", facts{"hop": try.hop, "status": got.status, "code": got.code(), "took_ms": milliseconds(got.took)})
	}
	return r.ctx.Err()
}

// arrived are the headers behind Vestibule, in words that give nothing away.
func arrived(h hop) map[string]string {
	told := map[string]string{"Host": h.host}
	for name := range h.header {
		told[name] = h.header.Get(name)
	}
	told["Authorization"] = fmt.Sprintf("Bearer (a token of %d characters, digest %s)", len(h.token), digest(h.token))
	if parent := told["Traceparent"]; len(parent) > 11 {
		told["Traceparent"] = parent[:11] + "…"
	}
	delete(told, nameOfHop)
	return told
}

// missing are those that were sent and did not arrive as they were.
func missing(header http.Header) []string {
	var gone []string
	for name, value := range forged {
		if !slices.Contains(header.Values(name), value) {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	return append(gone, absent(header, "Cookie")...)
}

func absent(header http.Header, names ...string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return header.Values(name) != nil })
}

// sent are the headers of an answer that say how a browser has to take it.
func sent(header http.Header) map[string]string {
	told := map[string]string{}
	for _, name := range []string{"Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control", "Server-Timing"} {
		if value := header.Get(name); value != "" {
			told[name] = value
		}
	}
	return told
}

func sortedNames(of map[string]string) []string {
	var names []string
	for name := range of {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
