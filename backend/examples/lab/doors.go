package lab

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"vestibule/backend/verifier"
)

const beat = 5 * time.Second

// door is what there is to get at: nothing but being let in.
func door(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]bool{"in": true})
}

// open is a stream without an end, such as a page leaves open.
func open(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		if _, err := fmt.Fprint(w, ": open\n\n"); err != nil || http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		}
	}
}

// checked lets requests pass that a verifier lets pass, and says how long it took to judge them.
func checked(v *verifier.Verifier, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		_, refusal := v.Authenticate(r.Context(), r.Header.Values("Authorization"))
		tell(w, "signature", time.Since(began))
		if refusal != nil {
			w.Header().Set("WWW-Authenticate", refusal.Challenge)
			refuse(w, refusal.Status, refusal.Code, refusal.Detail)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func tell(w http.ResponseWriter, part string, took time.Duration) {
	w.Header().Set("Server-Timing", fmt.Sprintf("%s;dur=%.3f", part, milliseconds(took)))
}

// hop is a request as it arrived behind Vestibule: the token of the throw-away person's session that
// this service, as its downstream, was sent, and what came along.
type hop struct {
	token  string
	claims *verifier.Claims
	header http.Header
	host   string
}

const nameOfHop = "X-Lab-Hop"

// catch gives what arrived to whoever sent it. The name that it goes by is 128 random bits, so that
// nobody puts a token of another person into an experiment.
func (l *Lab) catch(w http.ResponseWriter, r *http.Request) {
	claims, _ := verifier.FromContext(r.Context())
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	l.mu.Lock()
	waits := l.catching[r.Header.Get(nameOfHop)]
	delete(l.catching, r.Header.Get(nameOfHop))
	l.mu.Unlock()
	if waits == nil {
		refuse(w, http.StatusNotFound, "not_found", "No experiment waits for this request.")
		return
	}
	waits <- hop{token: token, claims: claims, header: r.Header.Clone(), host: r.Host}
	w.Header().Set("Set-Cookie", "lab=from-the-downstream; Path=/") // which no browser will get
	w.Header().Set("Access-Control-Allow-Origin", "*")
	door(w, r)
}

// through sends a request of that person through Vestibule, and gives what arrived behind it.
func (v *visit) through(ctx context.Context, more map[string]string) (hop, reply, error) {
	name, arrived := rand.Text(), make(chan hop, 1)
	l := v.run.lab
	l.mu.Lock()
	l.catching[name] = arrived
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.catching, name)
		l.mu.Unlock()
	}()
	header := v.header()
	header[nameOfHop] = name
	for is, value := range more {
		header[is] = value
	}
	got, err := v.run.ask(ctx, request{method: http.MethodGet, url: l.Door + "/api/lab/hop", header: header})
	if err == nil {
		err = got.into("ask the lab through Vestibule", nil)
	}
	if err != nil {
		return hop{}, got, err
	}
	found := <-arrived
	v.run.secret(found.token)
	return found, got, nil
}

// parts are a token's head and claims as anyone can read them who sees it: no key is needed.
func parts(token string) (head, claims map[string]any, err error) {
	pieces := strings.Split(token, ".")
	if len(pieces) != 3 {
		return nil, nil, fmt.Errorf("a token of %d parts", len(pieces))
	}
	for i, into := range []*map[string]any{&head, &claims} {
		text, err := base64.RawURLEncoding.DecodeString(pieces[i])
		if err != nil {
			return nil, nil, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, nil, err
		}
	}
	return head, claims, nil
}
