package lab

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// scene is what is stolen, and from where. Its steps are told one by one.
type scene struct {
	*run
	name string
	v    *visit
}

func (s scene) step(who, did string, got reply, more facts) {
	told := facts{"scene": s.name, "who": who, "did": did}
	for name, value := range more {
		told[name] = value
	}
	if got.status != 0 {
		told["status"], told["took_ms"] = got.status, milliseconds(got.took)
		if code := got.code(); code != "" {
			told["code"] = code
		}
	}
	s.say("step", told)
}

// theft steals three things from the throw-away person, and shows what each is good for.
func (r *run) theft(options) error {
	v, leave, err := r.signIn()
	if err != nil {
		return err
	}
	defer leave()
	r.say("began", facts{"at": now(), "scenes": []string{"refresh", "database", "token"}})
	for _, play := range []func(scene) error{scene.refresh, scene.database, scene.jwt} {
		if err := play(scene{run: r, v: v}); err != nil {
			return err
		}
	}
	return nil
}

// tokens are what a client has.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// refresh copies a client's refresh token, and shows it once the client has gone on without it.
func (s scene) refresh() error {
	s.name = "refresh"
	first, got, err := s.approve()
	if err != nil {
		return err
	}
	s.step("client", "signed_in", got, facts{"digest": digest(first.Refresh)})
	s.step("thief", "copied", reply{}, facts{"digest": digest(first.Refresh)})
	last := first
	defer func() { s.revoke(last.Refresh) }()
	for range 2 {
		next, got, err := s.rotate(last.Refresh)
		if err != nil {
			return err
		}
		s.step("client", "refreshed", got, facts{"digest": digest(last.Refresh), "successor": digest(next.Refresh)})
		last = next
	}
	if got, err = s.api(last.Access); err != nil {
		return err
	}
	s.step("client", "asked_api", got, facts{"digest": digest(last.Access)})
	replayed := time.Now()
	if got, err = s.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first.Refresh}}); err != nil {
		return err
	}
	s.step("thief", "replayed", got, facts{"digest": digest(first.Refresh)})
	if got, err = s.api(last.Access); err != nil {
		return err
	}
	s.step("client", "asked_api", got, facts{"digest": digest(last.Access), "after_ms": milliseconds(time.Since(replayed))})
	if got, err = s.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {last.Refresh}}); err != nil {
		return err
	}
	s.step("client", "refreshed", got, facts{"digest": digest(last.Refresh)})
	return s.accounted(first.Access)
}

// accounted asks, as the person would, what the audit log says of the session of a token.
func (s scene) accounted(access string) error {
	_, claims, err := parts(access)
	if err != nil {
		return err
	}
	got, err := s.v.ask(s.ctx, http.MethodGet, "/auth/events", nil)
	if err != nil {
		return err
	}
	var told struct {
		Events []struct {
			Name string `json:"name"`
			SID  string `json:"sid"`
		} `json:"events"`
	}
	if err := got.into("read the person's events", &told); err != nil {
		return err
	}
	for _, e := range told.Events {
		if e.Name == "refresh_token.reused" && e.SID == claims["sid"] {
			s.step("vestibule", "recorded", got, facts{"event": e.Name})
			break
		}
	}
	return nil
}

// approve lets the client in, with a code and PKCE, as a command line does it.
func (s scene) approve() (tokens, reply, error) {
	verifier := s.secret(rand.Text() + rand.Text())
	sum := sha256.Sum256([]byte(verifier))
	got, err := s.v.ask(s.ctx, http.MethodPost, "/oauth/authorize", map[string]any{
		"response_type": "code", "client_id": s.lab.ClientID, "redirect_uri": s.lab.Redirect, "approve": true, "password": s.v.person.password,
		"code_challenge": base64.RawURLEncoding.EncodeToString(sum[:]), "code_challenge_method": "S256",
	})
	if err != nil {
		return tokens{}, got, err
	}
	var led struct {
		RedirectTo string `json:"redirect_to"`
	}
	if err := got.into("approve the client", &led); err != nil {
		return tokens{}, got, err
	}
	back, err := url.Parse(led.RedirectTo)
	if err != nil {
		return tokens{}, got, err
	}
	return s.take(url.Values{"grant_type": {"authorization_code"}, "code": {s.secret(back.Query().Get("code"))},
		"redirect_uri": {s.lab.Redirect}, "code_verifier": {verifier}})
}

func (s scene) rotate(refresh string) (tokens, reply, error) {
	return s.take(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}})
}

// take asks for tokens, and has to get them.
func (s scene) take(form url.Values) (made tokens, got reply, err error) {
	if got, err = s.token(form); err == nil {
		err = got.into("get tokens", &made)
	}
	if err == nil {
		s.secret(made.Access)
		s.secret(made.Refresh)
	}
	return made, got, err
}

func (s scene) token(form url.Values) (reply, error) {
	form.Set("client_id", s.lab.ClientID)
	return s.ask(s.ctx, request{method: http.MethodPost, url: s.lab.Door + "/oauth/token", form: form})
}

// revoke ends the client's session, whatever has become of the experiment.
func (s scene) revoke(refresh string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), leaveWithin)
	defer cancel()
	_, _ = s.ask(ctx, request{method: http.MethodPost, url: s.lab.Door + "/oauth/revoke", form: url.Values{"token": {refresh}, "client_id": {s.lab.ClientID}}})
}

func (s scene) api(access string) (reply, error) {
	return s.bearer(s.lab.Door+"/api/lab/door", access)
}

func (s scene) bearer(url, token string) (reply, error) {
	return s.ask(s.ctx, request{method: http.MethodGet, url: url, header: map[string]string{"Authorization": "Bearer " + token}})
}

// database reads what the database keeps of this very session, and tries each door with it.
func (s scene) database() error {
	s.name = "database"
	if s.lab.pool == nil {
		s.step("thief", "no_database", reply{}, nil)
		return nil
	}
	var copied string
	if err := s.lab.pool.QueryRow(s.ctx, `SELECT k FROM sessions WHERE k = $1`, keyOf(s.v.value)).Scan(&copied); err != nil {
		return err
	}
	s.secret(copied)
	s.step("thief", "copied_row", reply{}, facts{"digest": copied[:8], "characters": len(copied)})
	name, _, _ := strings.Cut(s.v.cookie, "=")
	tries := []struct {
		did string
		ask request
	}{
		{"tried_cookie", request{method: http.MethodGet, url: s.lab.Door + "/auth/session", header: map[string]string{"Cookie": name + "=" + copied}}},
		{"tried_bearer", request{method: http.MethodGet, url: s.lab.Door + "/api/lab/door", header: map[string]string{"Authorization": "Bearer " + copied}}},
		{"tried_refresh", request{method: http.MethodPost, url: s.lab.Door + "/oauth/token",
			form: url.Values{"grant_type": {"refresh_token"}, "refresh_token": {copied}, "client_id": {s.lab.ClientID}}}},
	}
	for _, try := range tries {
		got, err := s.ask(s.ctx, try.ask)
		if err != nil {
			return err
		}
		s.step("thief", try.did, got, facts{"digest": copied[:8]})
	}
	got, err := s.v.ask(s.ctx, http.MethodGet, "/auth/session", nil)
	s.step("person", "still_in", got, nil)
	return err
}

// jwt reads a token without any key, and then changes what it says.
func (s scene) jwt() error {
	s.name = "token"
	caught, _, err := s.v.through(s.ctx, nil)
	if err != nil {
		return err
	}
	head, claims, err := parts(caught.token)
	if err != nil {
		return err
	}
	s.step("thief", "decoded", reply{}, facts{"head": head, "claims": claims, "bytes": len(caught.token), "digest": digest(caught.token)})
	got, err := s.bearer(s.lab.Self+"/feed/door", caught.token)
	if err != nil {
		return err
	}
	s.step("thief", "shown_as_it_is", got, facts{"digest": digest(caught.token)})
	forged, err := promoted(caught.token, claims)
	if err != nil {
		return err
	}
	if got, err = s.bearer(s.lab.Self+"/feed/door", s.secret(forged)); err != nil {
		return err
	}
	s.step("thief", "made_administrator", got, facts{"digest": digest(forged)})
	if got, err = s.bearer(s.lab.Door+"/api/lab/door", caught.token); err != nil {
		return err
	}
	s.step("thief", "shown_elsewhere", got, facts{"digest": digest(caught.token)})
	return nil
}

// promoted says that its bearer is an administrator, under the signature of what it said before.
func promoted(token string, claims map[string]any) (string, error) {
	claims["roles"] = []string{"admin"}
	text, err := json.Marshal(claims)
	pieces := strings.Split(token, ".")
	return pieces[0] + "." + base64.RawURLEncoding.EncodeToString(text) + "." + pieces[2], err
}
