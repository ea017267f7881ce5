package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"vestibule/backend/client"
	"vestibule/backend/fault"
	"vestibule/backend/gateway"
	"vestibule/backend/refresh"
	"vestibule/backend/session"
	"vestibule/backend/token"
	"vestibule/backend/user"
	"vestibule/backend/verifier"
)

const tokenTypeAccess = "urn:ietf:params:oauth:token-type:access_token" // RFC 8693, 3

// services is what the internal door does for services: it tells them what a token is (RFC 7662), and
// exchanges one that is for themselves for one that is for another (RFC 8693). Safe for concurrent use.
type services struct {
	InternalConfig
	issuer     string
	own        *verifier.Verifier            // tokens for the public URL
	downstream map[string]*verifier.Verifier // by their audience
	exchanging map[string]*verifier.Verifier // by the client's id: tokens for its own audience
	target     map[string]*gateway.Downstream
}

func newServices(config InternalConfig) *services {
	s := &services{InternalConfig: config, issuer: config.PublicURL, downstream: map[string]*verifier.Verifier{},
		exchanging: map[string]*verifier.Verifier{}, target: map[string]*gateway.Downstream{}}
	s.own = newVerifier(config.Keys, s.issuer, s.issuer, config.Now)
	for _, d := range config.Gateway.Downstreams() {
		s.downstream[d.Audience], s.target[d.Audience] = newVerifier(config.Keys, s.issuer, d.Audience, config.Now), d
	}
	for _, who := range config.Clients.All() {
		if who.Audience != "" {
			s.exchanging[who.ID] = newVerifier(config.Keys, s.issuer, who.Audience, config.Now)
		}
	}
	return s
}

// confidential finds out which client asks, and demands that it has shown its secret.
func (s *services) confidential(c *fiber.Ctx) (*client.Client, params, error) {
	who, form, err := fromClient(c, s.Clients)
	if err == nil && !who.Confidential() {
		err = client.ErrInvalid
	}
	if err == nil {
		err = s.KeysHeard(c.UserContext())
	}
	return who, form, err
}

// introspected is what RFC 7662, 2.2 has told of a token. Of one that is no good: `active` alone.
type introspected struct {
	Active    bool            `json:"active"`
	TokenType string          `json:"token_type,omitempty"`
	Issuer    string          `json:"iss,omitempty"`
	Subject   string          `json:"sub,omitempty"`
	Audience  string          `json:"aud,omitempty"`
	ClientID  string          `json:"client_id,omitempty"`
	ExpiresAt int64           `json:"exp,omitempty"`
	IssuedAt  int64           `json:"iat,omitempty"`
	ID        string          `json:"jti,omitempty"`
	SID       string          `json:"sid,omitempty"`
	AuthTime  int64           `json:"auth_time,omitempty"`
	AMR       []string        `json:"amr,omitempty"`
	ACR       string          `json:"acr,omitempty"`
	Roles     []string        `json:"roles,omitempty"`
	Act       *verifier.Actor `json:"act,omitempty"`
}

// introspect asks the database whether the session lives: what is asked here is asked since the asker
// wants to be sure.
func (s *services) introspect(c *fiber.Ctx) error {
	_, form, err := s.confidential(c)
	if err != nil {
		return err
	}
	shown, err := form.need("token")
	if err != nil {
		return err
	}
	told, err := s.refreshToken(c.UserContext(), shown)
	if err == nil && !told.Active {
		told, err = s.accessToken(c.UserContext(), shown)
	}
	if err != nil {
		return err
	}
	return sendOAuth(c, http.StatusOK, told)
}

func (s *services) refreshToken(ctx context.Context, shown string) (introspected, error) {
	of, current, err := s.Refresh.Find(ctx, shown)
	if errors.Is(err, refresh.ErrInvalid) || (err == nil && (!current || s.Clients.Find(of.ClientID) == nil)) {
		return introspected{}, nil
	}
	return introspected{Active: err == nil, Issuer: s.issuer, Subject: of.UserID.String(), ClientID: of.ClientID, SID: of.SID.String(),
		ExpiresAt: of.AbsoluteExpiresAt.Unix(), AuthTime: of.AuthTime.Unix(), AMR: of.AMR, ACR: of.ACR}, err
}

func (s *services) accessToken(ctx context.Context, shown string) (introspected, error) {
	claims := s.claims(ctx, shown)
	if claims == nil {
		return introspected{}, nil
	}
	if claims.SID != "" {
		if _, lives, err := s.session(ctx, claims.SID); err != nil || !lives {
			return introspected{}, err
		}
	}
	return introspected{Active: true, TokenType: "Bearer", Issuer: claims.Issuer, Subject: claims.Subject, Audience: claims.Audience[0],
		ClientID: claims.ClientID, ExpiresAt: claims.ExpiresAt, IssuedAt: claims.IssuedAt, ID: claims.ID, SID: claims.SID,
		AuthTime: claims.AuthTime, AMR: claims.AMR, ACR: claims.ACR, Roles: claims.Roles, Act: claims.Actor}, nil
}

// claims are those of a valid access token of ours, whatever audience it is for; nil for any other text.
func (s *services) claims(ctx context.Context, shown string) *verifier.Claims {
	claims, err := s.own.Verify(ctx, shown)
	for _, v := range s.downstream {
		if !errors.Is(err, verifier.ErrAudience) {
			break
		}
		claims, err = v.Verify(ctx, shown)
	}
	if err != nil || !s.isKnown(claims) {
		return nil
	}
	return claims
}

// isKnown reports whether the client that a token is of is still in the configuration.
func (s *services) isKnown(claims *verifier.Claims) bool {
	return claims.ClientID == browserClient || s.Clients.Find(claims.ClientID) != nil
}

// session asks the database whether a session lives.
func (s *services) session(ctx context.Context, text string) (found session.Alive, lives bool, err error) {
	sid, err := uuid.Parse(text)
	if err != nil {
		return session.Alive{}, false, nil //nolint:nilerr // no session has such a name
	}
	living, err := s.Sessions.Living(ctx, []uuid.UUID{sid})
	found, lives = living[sid]
	return found, lives, err
}

// Faults of an exchange (RFC 8693, 2.2.2).
var (
	errSubject   = &fault.Error{Kind: fault.Malformed, Code: "invalid_request", Message: "The subject token is not a good one, or not for this client's audience, or its session has ended."}
	errNoTarget  = &fault.Error{Kind: fault.Malformed, Code: "invalid_target", Message: "The configuration does not list this target for this client."}
	errNotForYou = &fault.Error{Kind: fault.Malformed, Code: "invalid_target", Message: "The target does not take this user, or wants a fresher proof."}
)

// exchange is RFC 8693 between services: a token that is for this client's own audience, in; one for a
// target that the configuration lists, out, which says who acts, lives no longer, and is refused when the
// session has ended.
func (s *services) exchange(c *fiber.Ctx) error {
	who, form, err := s.confidential(c)
	if err != nil {
		return err
	}
	if client.Grant(form["grant_type"]) != client.TokenExchange {
		return errGrant
	}
	if err := who.May(client.TokenExchange); err != nil {
		return err
	}
	target, err := s.targetOf(who, form)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	claims, err := s.exchanging[who.ID].Verify(ctx, form["subject_token"])
	if err != nil || claims.SID == "" || !s.isKnown(claims) {
		return errSubject.With(err)
	}
	alive, lives, err := s.session(ctx, claims.SID)
	if err != nil {
		return err
	}
	if !lives {
		return errSubject
	}
	g, err := s.delegated(ctx, who, claims, target)
	if err != nil {
		return err
	}
	if alive.AbsoluteExpiresAt.Before(g.NotAfter) {
		g.NotAfter = alive.AbsoluteExpiresAt
	}
	now := s.Now()
	made, err := s.Issuer.Issue(g, now)
	if err != nil {
		return err
	}
	s.Meter.Exchanged(target.Name, target.Audience, "delegated")
	return sendOAuth(c, http.StatusOK, tokenAnswer{AccessToken: made.Value.Reveal(), TokenType: "Bearer",
		ExpiresIn: int(made.ExpiresAt.Sub(now).Seconds()), IssuedTokenType: tokenTypeAccess})
}

// targetOf reads what is asked for.
func (s *services) targetOf(who *client.Client, form params) (*gateway.Downstream, error) {
	for _, name := range []string{"subject_token", "subject_token_type"} {
		if _, err := form.need(name); err != nil {
			return nil, err
		}
	}
	isAccess := func(kind string) bool {
		return kind == tokenTypeAccess || kind == "urn:ietf:params:oauth:token-type:jwt"
	}
	switch {
	case !isAccess(form["subject_token_type"]):
		return nil, badRequest("The subject_token_type must be " + tokenTypeAccess + ".")
	case form["requested_token_type"] != "" && !isAccess(form["requested_token_type"]):
		return nil, badRequest("The requested_token_type can only be " + tokenTypeAccess + ".")
	case form["actor_token"] != "" || form["actor_token_type"] != "":
		return nil, badRequest("Who acts is the client that asks: leave actor_token out.")
	case form["scope"] != "":
		return nil, errScope
	case form["resource"] != "" || form["audience"] == "":
		return nil, badRequest("Name the target by its audience, and by nothing else.")
	}
	target := s.target[form["audience"]]
	if target == nil || !slices.Contains(who.Targets, target.Audience) {
		return nil, errNoTarget
	}
	return target, nil
}

// delegated is what the new token says: of the user as they are now, and of who acts, on whose behalf
// before (4.1).
func (s *services) delegated(ctx context.Context, who *client.Client, shown *verifier.Claims, target *gateway.Downstream) (token.Grant, error) {
	id, err := uuid.Parse(shown.Subject)
	if err != nil {
		return token.Grant{}, errSubject.With(err)
	}
	subject, err := s.Users.Find(ctx, id)
	if errors.Is(err, user.ErrSessionEnded) {
		return token.Grant{}, errSubject
	}
	if err != nil {
		return token.Grant{}, err
	}
	proved := time.Unix(shown.AuthTime, 0)
	if (len(target.Roles) > 0 && !slices.Contains(target.Roles, subject.Role)) || (target.StepUp > 0 && s.Now().Sub(proved) > target.StepUp) {
		return token.Grant{}, errNotForYou
	}
	act, err := json.Marshal(verifier.Actor{Subject: who.ID, Actor: shown.Actor})
	g := token.Grant{Subject: shown.Subject, SID: shown.SID, ClientID: who.ID, Audience: target.Audience, AuthTime: proved,
		AMR: shown.AMR, ACR: shown.ACR, Roles: []string{subject.Role}, Act: act, NotAfter: time.Unix(shown.ExpiresAt, 0)}
	if slices.Contains(target.Claims, "email") {
		g.Email = subject.Email
	}
	if slices.Contains(target.Claims, "name") {
		g.Name = subject.Name
	}
	return g, err
}
