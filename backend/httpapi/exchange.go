package httpapi

import (
	"context"
	"slices"
	"sync"

	"vestibule/backend/gateway"
	"vestibule/backend/secret"
	"vestibule/backend/session"
	"vestibule/backend/token"
)

// browserClient is the client_id of tokens that were exchanged for a cookie: Vestibule itself.
const browserClient = "vestibule"

// exchanged is what was made from a session for the downstreams, kept beside it and dropped with it:
// what changes a role, a name or an address ends the session, or has it looked up again. Immutable;
// each new token makes a new one.
type exchanged struct {
	role     string
	personal *personal // nil unless a downstream has asked for it
	tokens   []issued
}

type personal struct{ email, name string }

// issued is a token for a downstream. It is written again for each request: whole, a hundred thousand
// of them would take as much memory as everything else.
type issued struct {
	to   *gateway.Downstream
	kept token.Kept
}

// Bytes is about how much memory it takes.
func (e *exchanged) Bytes() int {
	n := 56
	if e.personal != nil {
		n += 32 + len(e.personal.email) + len(e.personal.name)
	}
	for _, t := range e.tokens {
		n += 8 + t.kept.Bytes()
	}
	return n
}

// fits reports whether tokens of one can be written again with the other: they say the same of the user.
func (e *exchanged) fits(other *exchanged) bool {
	return e != nil && e.role == other.role && (e.personal == nil || *e.personal == *other.personal)
}

// issuing makes those who want the first token of a session take turns. Sessions share them.
type issuing [64]sync.Mutex

// exchange gives the token for this session and this audience, the user's role, and whether the
// token was there: one is issued once, and used again until it has less than a fifth of its life left.
func (a *api) exchange(ctx context.Context, h *session.Held, d *gateway.Downstream) (value secret.Value, role, how string, err error) {
	kept, beside := a.kept(h, d)
	if beside == nil {
		turn := &a.issuing[h.SID()[0]%uint8(len(a.issuing))]
		turn.Lock()
		defer turn.Unlock()
		if kept, beside = a.kept(h, d); beside == nil { // somebody else's turn may have been for the same
			value, role, err = a.issue(ctx, h, d)
			return value, role, "issued", err
		}
	}
	if err := a.allowed(h, beside.role, d); err != nil {
		return secret.Value{}, "", "", err
	}
	return a.Issuer.Again(kept, grant(h, beside, d)), beside.role, "cached", nil
}

// kept finds a token that is still good for long enough, and what is beside it; nil where there is none.
func (a *api) kept(h *session.Held, d *gateway.Downstream) (token.Kept, *exchanged) {
	beside, _ := h.Beside().(*exchanged)
	if beside == nil {
		return token.Kept{}, nil
	}
	for _, t := range beside.tokens {
		if t.to == d && a.Issuer.Fresh(t.kept, a.Now()) {
			return t.kept, beside
		}
	}
	return token.Kept{}, nil
}

// issue makes a token and keeps it. Role and name are the user's of this moment, never the session's.
func (a *api) issue(ctx context.Context, h *session.Held, d *gateway.Downstream) (secret.Value, string, error) {
	u, err := a.Users.Find(ctx, h.Session().UserID)
	if err != nil {
		return secret.Value{}, "", err
	}
	if err := a.allowed(h, u.Role, d); err != nil {
		return secret.Value{}, "", err
	}
	fresh := &exchanged{role: u.Role}
	before, _ := h.Beside().(*exchanged)
	if len(d.Claims) > 0 {
		fresh.personal = &personal{u.Email, u.Name}
	} else if before != nil {
		fresh.personal = before.personal
	}
	made, err := a.Issuer.Issue(grant(h, fresh, d), a.Now())
	if err != nil {
		return secret.Value{}, "", err
	}
	fresh.tokens = append(fresh.tokens, issued{d, made.Kept})
	if before.fits(fresh) {
		for _, t := range before.tokens {
			if t.to != d {
				fresh.tokens = append(fresh.tokens, t)
			}
		}
	}
	a.Sessions.Cache.Keep(h, fresh)
	return made.Value, u.Role, nil
}

// allowed judges what a downstream demands of its callers.
func (a *api) allowed(h *session.Held, role string, d *gateway.Downstream) error {
	if len(d.Roles) > 0 && !slices.Contains(d.Roles, role) {
		return errForbidden
	}
	if d.StepUp > 0 {
		return a.demandProof(h.Session(), d.StepUp)
	}
	return nil
}

func grant(h *session.Held, e *exchanged, d *gateway.Downstream) token.Grant {
	user, at, amr, acr, notAfter := h.Proof()
	g := token.Grant{
		Subject: user.String(), SID: h.SID().String(), ClientID: browserClient, Audience: d.Audience,
		AuthTime: at, AMR: amr, ACR: acr, Roles: []string{e.role}, NotAfter: notAfter,
	}
	if slices.Contains(d.Claims, "email") {
		g.Email = e.personal.email
	}
	if slices.Contains(d.Claims, "name") {
		g.Name = e.personal.name
	}
	return g
}
