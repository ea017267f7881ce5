package lab

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

const leaveWithin = 5 * time.Second

// person is the throw-away one: registered once, at the public door, as anybody would be. Only this
// process knows the password, and only for as long as it runs.
type person struct{ email, password string }

// visit is a browser session of that person, whose cookie is held here.
type visit struct {
	run    *run
	person *person
	cookie string // name=value
	value  string // the session secret
}

// signIn begins a session of the throw-away person, and registers that one first where need be. leave
// ends it, whatever happened in between.
func (r *run) signIn() (v *visit, leave func(), err error) {
	r.lab.mu.Lock()
	known := r.lab.person
	r.lab.mu.Unlock()
	if known != nil {
		got, err := r.ask(r.ctx, request{method: http.MethodPost, url: r.lab.Door + "/auth/login",
			json: map[string]string{"email": r.secret(known.email), "password": r.secret(known.password)}})
		if err != nil {
			return nil, nil, err
		}
		if !got.refused() { // else somebody has removed or disabled that person
			return r.visit(got, known)
		}
	}
	made := &person{email: "lab-" + strings.ToLower(rand.Text()) + "@example.com", password: rand.Text()}
	got, err := r.ask(r.ctx, request{method: http.MethodPost, url: r.lab.Door + "/auth/register",
		json: map[string]string{"email": r.secret(made.email), "password": r.secret(made.password), "name": "Lab visitor"}})
	if err != nil {
		return nil, nil, err
	}
	v, leave, err = r.visit(got, made)
	if err == nil {
		r.lab.mu.Lock()
		r.lab.person = made
		r.lab.mu.Unlock()
	}
	return v, leave, err
}

func (r *run) visit(got reply, who *person) (*visit, func(), error) {
	if err := got.into("sign in", nil); err != nil {
		return nil, nil, err
	}
	set, err := http.ParseSetCookie(got.header.Get("Set-Cookie"))
	if err != nil {
		return nil, nil, err
	}
	v := &visit{run: r, person: who, value: r.secret(set.Value), cookie: set.Name + "=" + set.Value}
	return v, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), leaveWithin)
		defer cancel()
		_, _ = v.ask(ctx, http.MethodPost, "/auth/logout", nil)
	}, nil
}

// ask sends a request with the cookie, as that person's page would.
func (v *visit) ask(ctx context.Context, method, path string, body any) (reply, error) {
	return v.run.ask(ctx, request{method: method, url: v.run.lab.Door + path, json: body, header: v.header()})
}

func (v *visit) header() map[string]string {
	return map[string]string{"Cookie": v.cookie, "X-CSRF": "1"}
}

// digest tells secrets apart, and gives nothing of them away: four bytes of a SHA-256.
func digest(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:4])
}
