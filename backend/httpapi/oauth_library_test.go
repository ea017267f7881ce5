package httpapi_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/httprc/v3"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Here other people's code talks to us: golang.org/x/oauth2 gets the tokens, and jwx verifies them.

// library is golang.org/x/oauth2's view of a replica. It can't be told to use one address for the whole
// world and another for tests, so the endpoints are where the sockets are.
func (r *replica) library(clientID string) *oauth2.Config {
	return &oauth2.Config{ClientID: clientID, RedirectURL: callback, Endpoint: oauth2.Endpoint{
		AuthURL: publicURL + "/oauth/authorize", DeviceAuthURL: "http://" + r.at + "/oauth/device_authorization",
		TokenURL: "http://" + r.at + "/oauth/token", AuthStyle: oauth2.AuthStyleInParams,
	}}
}

// follows is a person who is sent to an address by a client, and says yes: what comes back is what the
// client's own door gets.
func (p *person) follows(address string) url.Values {
	p.r.t.Helper()
	to, err := url.Parse(address)
	require.NoError(p.r.t, err)
	asked := object{}
	for name, values := range to.Query() {
		require.Len(p.r.t, values, 1)
		asked[name] = values[0]
	}
	back, err := url.Parse(p.post("/oauth/authorize", asked.with("approve", true, "password", goodPassword)).is(200).json()["redirect_to"].(string))
	require.NoError(p.r.t, err)
	require.True(p.r.t, strings.HasPrefix(back.String(), to.Query().Get("redirect_uri")+"?"), back)
	return back.Query()
}

// letInByLibrary is letIn, by golang.org/x/oauth2.
func (p *person) letInByLibrary(config *oauth2.Config) *oauth2.Token {
	p.r.t.Helper()
	verifier := oauth2.GenerateVerifier()
	back := p.follows(config.AuthCodeURL("a state", oauth2.S256ChallengeOption(verifier)))
	require.Equal(p.r.t, []string{"a state", publicURL}, []string{back.Get("state"), back.Get("iss")})
	got, err := config.Exchange(p.r.t.Context(), back.Get("code"), oauth2.VerifierOption(verifier))
	require.NoError(p.r.t, err)
	require.True(p.r.t, got.Valid())
	require.Equal(p.r.t, "Bearer", got.Type())
	return got
}

// calls asks a downstream with whatever token a source gives.
func (r *replica) calls(from oauth2.TokenSource, path string) answer {
	r.t.Helper()
	got, err := oauth2.NewClient(context.Background(), from).Get("http://" + r.at + path)
	require.NoError(r.t, err)
	return read(r.t, got)
}

func TestTheGoLibraryGetsInWithACodeAndRefreshesByItself(t *testing.T) {
	r := boot(t)
	p := r.person()
	for _, config := range []*oauth2.Config{r.library("cli"), r.partner(oauth2.AuthStyleInHeader), r.partner(oauth2.AuthStyleAutoDetect)} {
		got := p.letInByLibrary(config)
		source := config.TokenSource(t.Context(), got)
		require.Contains(t, r.calls(source, "/api/orders/").is(200).body, "items")

		used, err := source.Token()
		require.NoError(t, err)
		require.Equal(t, got.AccessToken, used.AccessToken, "while it is good, it is used again")
		old := *got
		old.Expiry = time.Now().Add(-time.Second)
		source = config.TokenSource(t.Context(), &old)
		r.calls(source, "/api/orders/").is(200)
		renewed, err := source.Token()
		require.NoError(t, err)
		require.NotEqual(t, got.AccessToken, renewed.AccessToken)
		require.NotEqual(t, got.RefreshToken, renewed.RefreshToken, "it keeps the successor")
		r.calls(config.TokenSource(t.Context(), &oauth2.Token{RefreshToken: renewed.RefreshToken}), "/api/orders/").is(200)
	}
}

// partner is one with a secret.
func (r *replica) partner(style oauth2.AuthStyle) *oauth2.Config {
	config := r.library("partner")
	config.ClientSecret, config.RedirectURL = serviceSecret, "https://partner.example.org/back"
	config.Endpoint.AuthStyle = style
	return config
}

func TestTheGoLibraryUnderstandsARefusal(t *testing.T) {
	r := boot(t)
	p := r.person()
	config := r.library("cli")
	got := p.letInByLibrary(config)
	p.post("/auth/password", object{"current_password": goodPassword, "new_password": "another fine day for a walk"}).is(204)
	_, err := config.TokenSource(t.Context(), &oauth2.Token{RefreshToken: got.RefreshToken}).Token()
	var refused *oauth2.RetrieveError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "invalid_grant", refused.ErrorCode)
	require.NotEmpty(t, refused.ErrorDescription)
}

func TestTheGoLibraryGetsInWithADeviceCode(t *testing.T) {
	r := boot(t)
	p := r.person()
	config := r.library("cli")
	waits, err := config.DeviceAuth(t.Context())
	require.NoError(t, err)
	require.Equal(t, publicURL+"/account/device?user_code="+waits.UserCode, waits.VerificationURIComplete)
	require.WithinDuration(t, time.Now().Add(10*time.Minute), waits.Expiry, within)
	p.post("/oauth/device", object{"user_code": waits.UserCode, "approve": true, "password": goodPassword}).is(204)
	waits.Interval = 1 // or the test waits for five seconds
	got, err := config.DeviceAccessToken(t.Context(), waits)
	require.NoError(t, err)
	r.calls(config.TokenSource(t.Context(), got), "/api/orders/").is(200)

	waits, err = config.DeviceAuth(t.Context())
	require.NoError(t, err)
	p.post("/oauth/device", object{"user_code": waits.UserCode, "approve": false}).is(204)
	waits.Interval = 1
	_, err = config.DeviceAccessToken(t.Context(), waits)
	var refused *oauth2.RetrieveError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "access_denied", refused.ErrorCode)
}

func TestTheGoLibraryGetsATokenForAServiceItself(t *testing.T) {
	r := boot(t)
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams, oauth2.AuthStyleAutoDetect} {
		config := clientcredentials.Config{ClientID: "service", ClientSecret: serviceSecret, TokenURL: "http://" + r.at + "/oauth/token", AuthStyle: style}
		source := config.TokenSource(t.Context())
		require.Equal(t, "recorded", r.calls(source, "/api/record/").is(200).body)
		made, err := source.Token()
		require.NoError(t, err)
		require.Empty(t, made.RefreshToken)
	}
}

// TestTheGoLibraryExchangesOneTokenForAnother overrides what Exchange sends: the library knows RFC 8693
// only so.
func TestTheGoLibraryExchangesOneTokenForAnother(t *testing.T) {
	r := boot(t)
	p := r.person()
	subject := p.letInByLibrary(r.library("cli"))
	config := oauth2.Config{ClientID: "other-service", ClientSecret: serviceSecret,
		Endpoint: oauth2.Endpoint{TokenURL: "http://" + r.inside + "/oauth/token", AuthStyle: oauth2.AuthStyleInHeader}}
	got, err := config.Exchange(t.Context(), "", oauth2.SetAuthURLParam("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
		oauth2.SetAuthURLParam("subject_token", r.forwarded(subject.AccessToken, "record")),
		oauth2.SetAuthURLParam("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
		oauth2.SetAuthURLParam("audience", "orders"))
	require.NoError(t, err)
	require.Equal(t, "urn:ietf:params:oauth:token-type:access_token", got.Extra("issued_token_type"))
	claims := r.byOthers(got.AccessToken, "orders")
	var acts map[string]any
	require.NoError(t, claims.Get("act", &acts))
	require.Equal(t, map[string]any{"sub": "other-service"}, acts)
}

// forwarded is the token that a downstream gets when a client calls it.
func (r *replica) forwarded(token, downstream string) string {
	r.t.Helper()
	r.record.taken()
	r.calls(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token}), "/api/"+downstream+"/").is(200)
	seen := r.record.taken()
	require.Len(r.t, seen, 1)
	scheme, inside, _ := strings.Cut(seen[0].header.Get("Authorization"), " ")
	require.Equal(r.t, "Bearer", scheme)
	return inside
}

// keys is jwx's cache, which fetches our JWKS over HTTP, and again when it is old.
func (r *replica) keys() jwk.Set {
	r.t.Helper()
	cache, err := jwk.NewCache(r.t.Context(), httprc.NewClient(httprc.WithHTTPClient(r.client)))
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = cache.Shutdown(context.Background()) })
	at := "http://" + r.at + "/.well-known/jwks.json"
	require.NoError(r.t, cache.Register(r.t.Context(), at))
	set, err := cache.CachedSet(at)
	require.NoError(r.t, err)
	return set
}

// byOthers has jwx judge a token of ours, as a downstream of another team might.
func (r *replica) byOthers(token, audience string) jwt.Token {
	r.t.Helper()
	claims, err := jwt.Parse([]byte(token), jwt.WithKeySet(r.keys()), jwt.WithIssuer(publicURL), jwt.WithAudience(audience),
		jwt.WithRequiredClaim("exp"), jwt.WithRequiredClaim("iat"), jwt.WithRequiredClaim("jti"), jwt.WithRequiredClaim("client_id"), jwt.WithRequiredClaim("sub"))
	require.NoError(r.t, err)
	return claims
}

func TestOtherPeoplesCodeVerifiesOurTokens(t *testing.T) {
	r := boot(t)
	p := r.person()
	got := p.letInByLibrary(r.library("cli"))
	for audience, token := range map[string]string{publicURL: got.AccessToken, "record": r.forwarded(got.AccessToken, "record")} {
		claims := r.byOthers(token, audience)
		subject, _ := claims.Subject()
		require.Equal(t, p.id, subject)
		expires, _ := claims.Expiration()
		require.WithinDuration(t, time.Now().Add(5*time.Minute), expires, 30*time.Second)

		message, err := jws.Parse([]byte(token))
		require.NoError(t, err)
		kind, _ := message.Signatures()[0].ProtectedHeaders().Type()
		require.Equal(t, "at+jwt", kind, "RFC 9068, 2.1")
		by, _ := message.Signatures()[0].ProtectedHeaders().Algorithm()
		require.Equal(t, jwa.ES256(), by)

		for what, refuse := range map[string][]jwt.ParseOption{
			"another audience": {jwt.WithKeySet(r.keys()), jwt.WithAudience("elsewhere")},
			"another issuer":   {jwt.WithKeySet(r.keys()), jwt.WithIssuer("https://elsewhere.example.org")},
			"a later time": {jwt.WithKeySet(r.keys()), jwt.WithClock(jwt.ClockFunc(func() time.Time {
				return time.Now().Add(time.Hour)
			}))},
			"other keys": {jwt.WithKeySet(jwk.NewSet())},
		} {
			_, err := jwt.Parse([]byte(token), refuse...)
			require.Error(t, err, what)
		}
		half := strings.LastIndexByte(token, '.') + 10
		changed := token[:half] + string(map[bool]byte{true: 'A', false: 'B'}[token[half] == 'B']) + token[half+1:]
		_, err = jwt.Parse([]byte(changed), jwt.WithKeySet(r.keys()))
		require.Error(t, err)
	}
}
