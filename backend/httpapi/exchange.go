package httpapi

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"unique"

	"vestibule/backend/gateway"
	"vestibule/backend/session"
	"vestibule/backend/token"
	"vestibule/backend/user"
)

// browserClient is the client_id of tokens that were exchanged for a cookie: Vestibule itself.
const browserClient = "vestibule"

// exchanged is what was made from a session for the downstreams, kept beside it and dropped with it:
// what changes a role, a name or an address ends the session, or has it looked up again. Immutable;
// each new token makes a new one.
type exchanged struct {
	role     unique.Handle[string]
	personal *personal // nil unless a downstream has asked for it
	first    issued    // most sessions have one, and there may be very many
	more     []issued
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
	n := 40 + e.first.kept.Bytes()
	if e.personal != nil {
		n += 32 + len(e.personal.email) + len(e.personal.name)
	}
	for i := range e.more {
		n += 8 + e.more[i].kept.Bytes()
	}
	return n
}

// token finds the one for a downstream, or nil.
func (e *exchanged) token(d *gateway.Downstream) *token.Kept {
	if e == nil {
		return nil
	}
	if e.first.to == d {
		return &e.first.kept
	}
	for i := range e.more {
		if e.more[i].to == d {
			return &e.more[i].kept
		}
	}
	return nil
}

// fits reports whether tokens of one can be written again with the other: they say the same of the user.
func (e *exchanged) fits(other *exchanged) bool {
	return e != nil && e.role == other.role && (e.personal == nil || *e.personal == *other.personal)
}

// with adds the other's tokens, but for the one that is newer here.
func (e *exchanged) with(other *exchanged) {
	for _, t := range append([]issued{other.first}, other.more...) {
		if t.to != e.first.to {
			e.more = append(e.more, t)
		}
	}
}

// bearer writes a token where the gateway wants it.
type bearer struct {
	issuer *token.Issuer
	kept   *token.Kept
	held   *session.Held
	beside *exchanged
	to     *gateway.Downstream
}

// AppendTo implements gateway.Token.
func (b *bearer) AppendTo(to []byte) []byte {
	return b.issuer.AppendTo(to, b.kept, grant(b.held, b.beside, b.to))
}

// issuing makes those who want the first token of a session take turns. Sessions share them.
type issuing [64]sync.Mutex

// exchange gives the token for this session and this audience, and whether it was there: one is issued
// once, and used again until it has less than a fifth of its life left.
func (a *api) exchange(ctx context.Context, h *session.Held, d *gateway.Downstream) (made bearer, how string, err error) {
	how = "cached"
	kept, beside := a.kept(h, d)
	if kept == nil {
		turn := &a.issuing[h.SID()[0]%uint8(len(a.issuing))]
		turn.Lock()
		defer turn.Unlock()
		if kept, beside = a.kept(h, d); kept == nil { // somebody else's turn may have been for the same
			how = "issued"
			if beside, err = a.issue(ctx, h, d); err != nil {
				return bearer{}, how, err
			}
			kept = &beside.first.kept
		}
	}
	return bearer{issuer: a.Issuer, kept: kept, held: h, beside: beside, to: d}, how, a.allowed(h, beside.role.Value(), d)
}

// kept finds a token that is still good for long enough, and what it is part of; nil where there is none.
func (a *api) kept(h *session.Held, d *gateway.Downstream) (*token.Kept, *exchanged) {
	beside, _ := h.Beside().(*exchanged)
	if kept := beside.token(d); kept != nil && a.Issuer.Fresh(kept, a.Now()) {
		return kept, beside
	}
	return nil, nil
}

// issue makes a token and keeps it. Role and name are the user's of this moment, never the session's.
func (a *api) issue(ctx context.Context, h *session.Held, d *gateway.Downstream) (*exchanged, error) {
	var u user.User // nobody, where a client acts for itself
	var err error
	if h.Kind() != session.Alone {
		if u, err = a.Users.Find(ctx, h.Session().UserID); err != nil {
			return nil, err
		}
	}
	if err := a.allowed(h, u.Role, d); err != nil {
		return nil, err
	}
	fresh := &exchanged{role: unique.Make(u.Role)}
	before, _ := h.Beside().(*exchanged)
	if len(d.Claims) > 0 {
		fresh.personal = &personal{u.Email, u.Name}
	} else if before != nil {
		fresh.personal = before.personal
	}
	made, err := a.Issuer.Issue(grant(h, fresh, d), a.Now())
	if err != nil {
		return nil, err
	}
	fresh.first = issued{d, made.Kept}
	if before.fits(fresh) {
		fresh.with(before)
	}
	a.Sessions.Cache.Keep(h, fresh)
	return fresh, nil
}

// allowed judges what a downstream demands of its callers, and where a client may go.
func (a *api) allowed(h *session.Held, role string, d *gateway.Downstream) error {
	if id := h.Client(); id != "" {
		who := a.Clients.Find(id)
		if who == nil {
			return session.ErrNotFound
		}
		if !who.Reaches(d.Audience, h.Kind() == session.Alone) {
			return errAudience
		}
	}
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
	if h.Kind() == session.Alone {
		return token.Grant{Subject: h.Client(), ClientID: h.Client(), Audience: d.Audience, NotAfter: notAfter}
	}
	g := token.Grant{
		Subject: user.String(), SID: h.SID().String(), ClientID: cmp.Or(h.Client(), browserClient), Audience: d.Audience,
		AuthTime: at, AMR: amr, ACR: acr, Roles: []string{e.role.Value()}, NotAfter: notAfter,
	}
	if slices.Contains(d.Claims, "email") {
		g.Email = e.personal.email
	}
	if slices.Contains(d.Claims, "name") {
		g.Name = e.personal.name
	}
	return g
}
