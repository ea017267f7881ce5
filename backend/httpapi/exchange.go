package httpapi

import (
	"context"
	"slices"
	"sync"

	"vestibule/backend/gateway"
	"vestibule/backend/session"
	"vestibule/backend/token"
	"vestibule/backend/user"
)

// browserClient is the client_id of tokens that were exchanged for a cookie: Vestibule itself.
const browserClient = "vestibule"

// exchanged is what was made from a session for the downstreams, kept beside it and dropped with it:
// what changes a role ends the session. Immutable; each new token makes a new one.
type exchanged struct {
	role   string
	tokens []token.Token
}

// Bytes is about how much memory it takes.
func (e *exchanged) Bytes() int {
	n := 48
	for _, t := range e.tokens {
		n += t.Bytes()
	}
	return n
}

// issuing makes those who want the first token of a session take turns. Sessions share them.
type issuing [64]sync.Mutex

// exchange gives the token for this session and this audience, the user's role, and whether the
// token was there: one is issued once, and used again until it has less than a fifth of its life left.
func (a *api) exchange(ctx context.Context, h *session.Held, d *gateway.Downstream) (t token.Token, role, how string, err error) {
	t, role, known := a.kept(h, d)
	if !known {
		turn := &a.issuing[h.SID()[0]%uint8(len(a.issuing))]
		turn.Lock()
		defer turn.Unlock()
		if t, role, known = a.kept(h, d); !known { // somebody else's turn may have been for the same
			t, role, err = a.issue(ctx, h, d)
			return t, role, "issued", err
		}
	}
	return t, role, "cached", a.allowed(h, role, d)
}

// kept finds a token that is still good for long enough.
func (a *api) kept(h *session.Held, d *gateway.Downstream) (token.Token, string, bool) {
	beside, _ := h.Beside().(*exchanged)
	if beside == nil {
		return token.Token{}, "", false
	}
	for _, t := range beside.tokens {
		if t.Audience == d.Audience {
			return t, beside.role, a.Issuer.Fresh(t, a.Now())
		}
	}
	return token.Token{}, "", false
}

// issue makes a token and keeps it. Role and name are the user's of this moment, never the session's.
func (a *api) issue(ctx context.Context, h *session.Held, d *gateway.Downstream) (token.Token, string, error) {
	s := h.Session()
	u, err := a.Users.Find(ctx, s.UserID)
	if err != nil {
		return token.Token{}, "", err
	}
	if err := a.allowed(h, u.Role, d); err != nil {
		return token.Token{}, "", err
	}
	issued, err := a.Issuer.Issue(grant(s, u, d), a.Now())
	if err != nil {
		return token.Token{}, "", err
	}
	fresh := &exchanged{role: u.Role, tokens: []token.Token{issued}}
	if before, _ := h.Beside().(*exchanged); before != nil {
		for _, t := range before.tokens {
			if t.Audience != d.Audience {
				fresh.tokens = append(fresh.tokens, t)
			}
		}
	}
	a.Sessions.Cache.Keep(h, fresh)
	return issued, u.Role, nil
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

func grant(s session.Session, u user.User, d *gateway.Downstream) token.Grant {
	g := token.Grant{
		Subject: s.UserID.String(), SID: s.SID.String(), ClientID: browserClient, Audience: d.Audience,
		AuthTime: s.AuthTime, AMR: s.AMR, ACR: s.ACR, Roles: []string{u.Role}, NotAfter: s.AbsoluteExpiresAt,
	}
	if slices.Contains(d.Claims, "email") {
		g.Email = u.Email
	}
	if slices.Contains(d.Claims, "name") {
		g.Name = u.Name
	}
	return g
}
