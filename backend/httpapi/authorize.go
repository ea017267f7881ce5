package httpapi

import (
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/approval"
	"vestibule/backend/client"
	"vestibule/backend/fault"
	"vestibule/backend/session"
)

// approvalPage is where a person says yes or no.
const approvalPage = "/account/authorize"

// Faults of a request that can't be told to the client, since it is not known who that is, or where: the
// person is told (RFC 6749, 4.1.2.1).
var (
	errUnknownClient   = &fault.Error{Kind: fault.Malformed, Code: "unknown_client", Message: "There is no such client, or it may not ask this way."}
	errUnknownRedirect = &fault.Error{Kind: fault.Malformed, Code: "unknown_redirect_uri", Message: "The client has no such redirect URI."}
)

// Faults that the client is told.
var (
	errResponseType = &fault.Error{Kind: fault.Malformed, Code: "unsupported_response_type", Message: "There is no response type but code."}
	errChallenge    = &fault.Error{Kind: fault.Malformed, Code: "invalid_request", Message: "A code_challenge with the method S256 is required (RFC 7636)."}
	errObject       = &fault.Error{Kind: fault.Malformed, Code: "request_not_supported", Message: "Send the parameters themselves."}
	errTarget       = &fault.Error{Kind: fault.Malformed, Code: "invalid_target", Message: "There are no resources to choose from: leave it out. What a client may reach is in the configuration."}
	errDenied       = &fault.Error{Kind: fault.Forbidden, Code: "access_denied", Message: "The person has denied it."}
)

// passed on to the page, and sent back by it: all that is read of a request.
var authorizeParams = []string{"response_type", "client_id", "redirect_uri", "code_challenge", "code_challenge_method", "state", "scope", "resource"}

// asked is a request for a code whose client and redirect URI are known. fault is what the client is to
// be told, or nil.
type asked struct {
	client      *client.Client
	redirectURI string
	state       string
	challenge   string
	fault       *fault.Error
}

// readAsked judges a request (RFC 6749, 4.1.1; RFC 7636, 4.3).
func (a *api) readAsked(p params) (asked, error) {
	r := asked{client: a.Clients.Find(p["client_id"]), redirectURI: p["redirect_uri"], state: p["state"], challenge: p["code_challenge"]}
	if r.client == nil || r.client.May(client.AuthorizationCode) != nil {
		return r, errUnknownClient
	}
	if !r.client.Redirects(r.redirectURI) {
		return r, errUnknownRedirect
	}
	switch {
	case p["request"] != "" || p["request_uri"] != "":
		r.fault = errObject
	case p["response_type"] != "code":
		r.fault = errResponseType
	case p["code_challenge_method"] != "S256" || !approval.IsChallenge(r.challenge):
		r.fault = errChallenge
	case p["scope"] != "":
		r.fault = errScope
	case p["resource"] != "":
		r.fault = errTarget
	}
	return r, nil
}

// back is the redirect URI with an answer for the client, and the issuer, so that no other server's answer
// is taken for ours (RFC 9207).
func (a *api) back(r asked, answer ...string) string {
	to, err := url.Parse(r.redirectURI)
	if err != nil {
		return r.redirectURI // never: it is one of the configuration's
	}
	query := url.Values{"iss": {a.publicOrigin}}
	for i := 0; i < len(answer); i += 2 {
		query.Set(answer[i], answer[i+1])
	}
	if r.state != "" {
		query.Set("state", r.state)
	}
	if to.RawQuery != "" { // which stays as it is (RFC 6749, 3.1.2)
		to.RawQuery += "&"
	}
	to.RawQuery += query.Encode()
	return to.String()
}

func (a *api) refusal(r asked, because *fault.Error) string {
	return a.back(r, "error", because.Code, "error_description", ascii(because.Message))
}

// authorize is where a client sends a person's browser. It only leads on: to the page, or back with what
// is wrong. A script, a frame or an image gets nothing here.
func (a *api) authorize(c *fiber.Ctx) error {
	if mode := c.Get("Sec-Fetch-Mode"); mode != "" && (mode != "navigate" || c.Get("Sec-Fetch-Dest") != "document") {
		return errCrossSite
	}
	p, err := parseParams(string(c.Request().URI().QueryString()))
	if err != nil {
		return c.Redirect(approvalPage+"?problem=invalid_request", http.StatusSeeOther)
	}
	r, err := a.readAsked(p)
	if err != nil {
		return c.Redirect(approvalPage+"?problem="+fault.From(err).Code, http.StatusSeeOther)
	}
	if r.fault != nil {
		return c.Redirect(a.refusal(r, r.fault), http.StatusSeeOther)
	}
	query := url.Values{}
	for _, name := range authorizeParams {
		if p[name] != "" {
			query.Set(name, p[name])
		}
	}
	return c.Redirect(approvalPage+"?"+query.Encode(), http.StatusSeeOther)
}

// clientJSON is what a person is told of a client.
type clientJSON struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Confidential bool   `json:"confidential"`
}

type sessionLimitsJSON struct {
	IdleDays     float64 `json:"idle_days"`
	AbsoluteDays float64 `json:"absolute_days"`
}

func (a *api) shownClient(who *client.Client) clientJSON {
	return clientJSON{who.ID, a.Clients.Name(who.ID), who.Confidential()}
}

// reached are the names of the downstreams that a client may call for its user.
func (a *api) reached(who *client.Client) []string {
	names := []string{}
	for _, d := range a.Gateway.Downstreams() {
		if who.Reaches(d.Audience, false) {
			names = append(names, d.Name)
		}
	}
	return names
}

func (a *api) limitsOf(who *client.Client) sessionLimitsJSON {
	const day = 24 * 60 * 60
	if who.May(client.RefreshToken) != nil {
		lifetime := a.Issuer.Lifetime().Seconds() / day
		return sessionLimitsJSON{lifetime, lifetime}
	}
	return sessionLimitsJSON{a.ClientLimits.Idle.Seconds() / day, a.ClientLimits.Absolute.Seconds() / day}
}

// approve is what the page sends: without `approve` it asks what there is to approve; with it, and a proof
// in that very request, the client gets its code. A script that got into the page has no proof to send
// (RFC 8252, 8.6).
func (a *api) approve(c *fiber.Ctx) error {
	in, err := decode[struct {
		ResponseType        string `json:"response_type,omitempty"`
		ClientID            string `json:"client_id,omitempty"`
		RedirectURI         string `json:"redirect_uri,omitempty"`
		CodeChallenge       string `json:"code_challenge,omitempty"`
		CodeChallengeMethod string `json:"code_challenge_method,omitempty"`
		State               string `json:"state,omitempty"`
		Scope               string `json:"scope,omitempty"`
		Resource            string `json:"resource,omitempty"`
		Approve             *bool  `json:"approve,omitempty"`
		Password            string `json:"password,omitempty"`
	}](c)
	if err != nil {
		return err
	}
	r, err := a.readAsked(params{"response_type": in.ResponseType, "client_id": in.ClientID, "redirect_uri": in.RedirectURI,
		"code_challenge": in.CodeChallenge, "code_challenge_method": in.CodeChallengeMethod, "state": in.State, "scope": in.Scope, "resource": in.Resource})
	if err != nil {
		return err
	}
	from := a.caller(c)
	switch {
	case r.fault != nil:
		return r.fault
	case in.Approve == nil:
		return c.JSON(fiber.Map{"client": a.shownClient(r.client), "downstreams": a.reached(r.client), "redirect_to_host": hostOf(r.redirectURI),
			"ip": from.IP, "device": device(from.UserAgent, session.Browser), "session": a.limitsOf(r.client)})
	case !*in.Approve:
		if err := a.Approvals.Deny(c.UserContext(), r.client.ID, from); err != nil {
			return err
		}
		return c.JSON(fiber.Map{"redirect_to": a.refusal(r, errDenied)})
	}
	proof, err := a.prove(c, in.Password)
	if err != nil {
		return err
	}
	code, err := a.Approvals.Approve(c.UserContext(), approval.Request{ClientID: r.client.ID, RedirectURI: r.redirectURI, Challenge: r.challenge}, proof, from)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"redirect_to": a.back(r, "code", code.Reveal())})
}

// prove checks the proof that an approval carries.
func (a *api) prove(c *fiber.Ctx, password string) (approval.Proof, error) {
	if password == "" {
		return approval.Proof{}, invalid("password", "required", "Type your password: each approval needs it.")
	}
	proved, err := a.Users.Prove(c.UserContext(), current(c).UserID, password, a.caller(c))
	if err != nil {
		return approval.Proof{}, err
	}
	return approval.Proof{UserID: proved.ID, CredentialVersion: proved.CredentialVersion,
		AMR: []string{session.MethodPassword}, ACR: session.LevelPassword}, nil
}

func hostOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// metadata is RFC 8414. Introspection is left out: it is on the internal door.
func (a *api) metadata(c *fiber.Ctx) error {
	at := func(path string) string { return a.publicOrigin + path }
	methods := []string{"none", "client_secret_basic", "client_secret_post"}
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	return c.JSON(fiber.Map{
		"issuer":                                         a.publicOrigin,
		"authorization_endpoint":                         at("/oauth/authorize"),
		"token_endpoint":                                 at("/oauth/token"),
		"device_authorization_endpoint":                  at("/oauth/device_authorization"),
		"revocation_endpoint":                            at("/oauth/revoke"),
		"jwks_uri":                                       at("/.well-known/jwks.json"),
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []client.Grant{client.AuthorizationCode, client.DeviceCode, client.RefreshToken, client.Credentials},
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          methods,
		"revocation_endpoint_auth_methods_supported":     methods,
		"authorization_response_iss_parameter_supported": true,
	})
}
