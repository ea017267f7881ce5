package httpapi

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"vestibule/backend/approval"
	"vestibule/backend/client"
	"vestibule/backend/fault"
	"vestibule/backend/refresh"
	"vestibule/backend/session"
	"vestibule/backend/token"
)

var errGrant = &fault.Error{Kind: fault.Malformed, Code: "unsupported_grant_type", Message: "There is no such grant here."}

// errScope: what a client may do is in the configuration, and in the roles of its user.
var errScope = &fault.Error{Kind: fault.Malformed, Code: "invalid_scope", Message: "There are no scopes here: leave it out. What a client may reach is in the configuration."}

// tokenAnswer is a successful answer of the token endpoint (RFC 6749, 5.1; RFC 8693, 2.2.1).
type tokenAnswer struct {
	AccessToken     string `json:"access_token"`
	TokenType       string `json:"token_type"`
	ExpiresIn       int    `json:"expires_in"`
	RefreshToken    string `json:"refresh_token,omitempty"`
	IssuedTokenType string `json:"issued_token_type,omitempty"`
}

// giveToken is POST /oauth/token.
func (a *api) giveToken(c *fiber.Ctx) error {
	who, form, err := fromClient(c, a.Clients)
	if err != nil {
		return err
	}
	name, err := form.need("grant_type")
	if err != nil {
		return err
	}
	give := map[client.Grant]func(*fiber.Ctx, *client.Client, params) (tokenAnswer, error){
		client.AuthorizationCode: a.byCode,
		client.DeviceCode:        a.byDeviceCode,
		client.RefreshToken:      a.byRefreshToken,
		client.Credentials:       a.byCredentials,
	}[client.Grant(name)]
	if give == nil {
		return errGrant
	}
	if err := who.May(client.Grant(name)); err != nil {
		return err
	}
	if form["scope"] != "" {
		return errScope
	}
	if err := a.Issuer.Err(a.Now()); err != nil { // before anything is used up
		return err
	}
	answer, err := give(c, who, form)
	if err != nil {
		return err
	}
	return sendOAuth(c, http.StatusOK, answer)
}

func (a *api) byCode(c *fiber.Ctx, who *client.Client, form params) (answer tokenAnswer, err error) {
	shown := approval.Shown{ClientID: who.ID}
	for name, into := range map[string]*string{"code": &shown.Code, "redirect_uri": &shown.RedirectURI, "code_verifier": &shown.Verifier} {
		if *into, err = form.need(name); err != nil {
			return answer, err
		}
	}
	return a.begun(c, who, shown, a.Approvals.Redeem)
}

func (a *api) byDeviceCode(c *fiber.Ctx, who *client.Client, form params) (tokenAnswer, error) {
	code, err := form.need("device_code")
	if err != nil {
		return tokenAnswer{}, err
	}
	return a.begun(c, who, approval.Shown{Code: code, ClientID: who.ID}, a.Approvals.Poll)
}

// begun begins the session of a client. One that may not refresh has it for as long as one token lives.
func (a *api) begun(c *fiber.Ctx, who *client.Client, shown approval.Shown,
	redeem func(context.Context, approval.Shown) (approval.Login, error),
) (tokenAnswer, error) {
	first, refreshes := refresh.New(), who.May(client.RefreshToken) == nil
	shown.Session = approval.Session{Idle: a.Issuer.Lifetime(), Absolute: a.Issuer.Lifetime(), Origin: a.caller(c)}
	if refreshes {
		shown.Idle, shown.Absolute = a.ClientLimits.Idle, a.ClientLimits.Absolute
		shown.Family, shown.First = first.Family(), first.Hash()
	}
	made, err := redeem(c.UserContext(), shown)
	if err != nil {
		return tokenAnswer{}, err
	}
	answer, err := a.accessToken(refresh.Login{SID: made.SID, UserID: made.UserID, ClientID: who.ID, AuthTime: made.AuthTime,
		AMR: made.AMR, ACR: made.ACR, AbsoluteExpiresAt: made.AbsoluteExpiresAt})
	if refreshes {
		answer.RefreshToken = first.Secret().Reveal()
	}
	return answer, err
}

func (a *api) byRefreshToken(c *fiber.Ctx, who *client.Client, form params) (tokenAnswer, error) {
	shown, err := form.need("refresh_token")
	if err != nil {
		return tokenAnswer{}, err
	}
	login, next, err := a.Refresh.Refresh(c.UserContext(), shown, who.ID, a.caller(c))
	if err != nil {
		return tokenAnswer{}, err
	}
	answer, err := a.accessToken(login)
	answer.RefreshToken = next.Secret().Reveal()
	return answer, err
}

// accessToken is for the public URL, and says no role: that is asked for when it is exchanged.
func (a *api) accessToken(of refresh.Login) (tokenAnswer, error) {
	return a.issueFor(token.Grant{Subject: of.UserID.String(), SID: of.SID.String(), ClientID: of.ClientID, AuthTime: of.AuthTime,
		AMR: of.AMR, ACR: of.ACR, NotAfter: of.AbsoluteExpiresAt})
}

// byCredentials gives a client a token of its own: no user, no session, no refresh token.
func (a *api) byCredentials(_ *fiber.Ctx, who *client.Client, _ params) (tokenAnswer, error) {
	return a.issueFor(token.Grant{Subject: who.ID, ClientID: who.ID, NotAfter: a.Now().Add(token.LifetimeMost)})
}

func (a *api) issueFor(g token.Grant) (tokenAnswer, error) {
	g.Audience = a.publicOrigin
	now := a.Now()
	made, err := a.Issuer.Issue(g, now)
	if err != nil {
		return tokenAnswer{}, err
	}
	return tokenAnswer{AccessToken: made.Value.Reveal(), TokenType: "Bearer", ExpiresIn: int(made.ExpiresAt.Sub(now).Seconds())}, nil
}

// revoke is RFC 7009. A client that revokes one of its tokens ends the session that it is of, whichever
// token that is (2.1). What is no token of ours, or not any more, is none to revoke: 200 all the same (2.2).
func (a *api) revoke(c *fiber.Ctx) error {
	who, form, err := fromClient(c, a.Clients)
	if err != nil {
		return err
	}
	shown, err := form.need("token")
	if err != nil {
		return err
	}
	of, err := a.loginOf(c.UserContext(), shown)
	if err != nil {
		return err
	}
	if of.ClientID != "" && of.ClientID != who.ID {
		return refresh.ErrInvalid
	}
	if of.SID != uuid.Nil {
		from := a.caller(c)
		from.Actor = of.UserID
		err = a.Sessions.SignOut(c.UserContext(), session.Session{SID: of.SID, UserID: of.UserID}, from)
	}
	if err != nil {
		return err
	}
	return c.Status(http.StatusOK).Send(nil)
}

var errUnrevocable = &fault.Error{Kind: fault.Malformed, Code: "unsupported_token_type", Message: "A client's token of its own ends by itself, within minutes."}

// loginOf finds whose a token is, of either kind; nobody's where it is no good.
func (a *api) loginOf(ctx context.Context, shown string) (refresh.Login, error) {
	of, _, err := a.Refresh.Find(ctx, shown)
	if err == nil {
		return of, nil
	}
	if fault.From(err).Code != refresh.ErrInvalid.Code {
		return refresh.Login{}, err
	}
	claims, err := a.verifyOwn.Verify(ctx, shown)
	if err != nil {
		return refresh.Login{}, nil //nolint:nilerr // no token of ours
	}
	if claims.SID == "" {
		return refresh.Login{}, errUnrevocable
	}
	sid, err := uuid.Parse(claims.SID)
	if err != nil {
		return refresh.Login{}, err
	}
	userID, err := uuid.Parse(claims.Subject)
	return refresh.Login{SID: sid, UserID: userID, ClientID: claims.ClientID}, err
}
