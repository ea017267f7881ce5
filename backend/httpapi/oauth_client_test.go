package httpapi_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/stretchr/testify/require"

	"vestibule/backend/client"
	"vestibule/backend/secret"
)

const (
	serviceSecret = "a-secret-of-a-service-for-tests"
	callback      = "http://127.0.0.1/callback"
	verifierText  = "a-verifier-for-tests-that-has-forty-three-characters"
)

func sum(text string) *secret.Sum {
	hashed := secret.Of(text).Sum()
	return &hashed
}

// someClients are who may have tokens in the tests.
var someClients = []client.Client{
	{ID: "cli", Name: "A command line", RedirectURIs: []string{callback, "https://app.example.org/back?from=here"},
		Grants: []client.Grant{client.AuthorizationCode, client.DeviceCode, client.RefreshToken}},
	{ID: "narrow", RedirectURIs: []string{callback}, Audiences: []string{"orders"},
		Grants: []client.Grant{client.AuthorizationCode, client.RefreshToken}},
	{ID: "once", RedirectURIs: []string{callback}, Grants: []client.Grant{client.AuthorizationCode}},
	{ID: "partner", RedirectURIs: []string{"https://partner.example.org/back"}, SecretSum: sum(serviceSecret),
		Grants: []client.Grant{client.AuthorizationCode, client.DeviceCode, client.RefreshToken}},
	{ID: "service", SecretSum: sum(serviceSecret), Audience: "orders", Targets: []string{"record"},
		Grants: []client.Grant{client.TokenExchange, client.Credentials}},
	{ID: "other-service", SecretSum: sum(serviceSecret), Audience: "record", Targets: []string{"orders"},
		Grants: []client.Grant{client.TokenExchange}},
}

// machine asks as a client that is no browser does.
type machine struct {
	r     *replica
	token string // access token
}

func (r *replica) machine() *machine { return &machine{r: r} }

// form posts a form to a door, by default the public one.
func (m *machine) form(path string, pairs ...string) answer {
	m.r.t.Helper()
	return m.post("http://"+m.r.at+path, "", "", pairs...)
}

func (m *machine) post(at, id, password string, pairs ...string) answer {
	m.r.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	request, err := http.NewRequest(http.MethodPost, at, strings.NewReader(form.Encode()))
	require.NoError(m.r.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("User-Agent", "a-client/1.0 (Linux)")
	if id != "" {
		request.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(password))
	}
	return m.r.answerTo(request)
}

// api calls a downstream with the access token.
func (m *machine) api(path string) answer {
	m.r.t.Helper()
	request, err := http.NewRequest(http.MethodGet, "http://"+m.r.at+path, http.NoBody)
	require.NoError(m.r.t, err)
	request.Header.Set("Authorization", "Bearer "+m.token)
	return m.r.answerTo(request)
}

func challengeOf(text string) string {
	hashed := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(hashed[:])
}

// asking are the parameters of a request for a code.
func asking(clientID string, change ...string) object {
	asked := object{"response_type": "code", "client_id": clientID, "redirect_uri": callback, "state": "a state",
		"code_challenge": challengeOf(verifierText), "code_challenge_method": "S256"}
	for i := 0; i < len(change); i += 2 {
		asked[change[i]] = change[i+1]
	}
	return asked
}

// with adds members to an object.
func (o object) with(pairs ...any) object {
	made := object{}
	for name, value := range o {
		made[name] = value
	}
	for i := 0; i < len(pairs); i += 2 {
		made[pairs[i].(string)] = pairs[i+1]
	}
	return made
}

// approved gives the code that a person's approval leads to.
func (p *person) approved(asked object) string {
	p.r.t.Helper()
	got := p.post("/oauth/authorize", asked.with("approve", true, "password", goodPassword)).is(200)
	to, err := url.Parse(got.json()["redirect_to"].(string))
	require.NoError(p.r.t, err)
	require.NotEmpty(p.r.t, to.Query().Get("code"), got.body)
	return to.Query().Get("code")
}

// tokens are a client's.
type tokens struct{ access, refresh string }

func tokensOf(got answer) tokens {
	said := got.is(200).json()
	refresh, _ := said["refresh_token"].(string)
	return tokens{said["access_token"].(string), refresh}
}

// letIn lets a public client in, with a code.
func (p *person) letIn(clientID string) (*machine, tokens) {
	p.r.t.Helper()
	m := p.r.machine()
	got := tokensOf(m.form("/oauth/token", "grant_type", "authorization_code", "client_id", clientID, "redirect_uri", callback,
		"code", p.approved(asking(clientID)), "code_verifier", verifierText))
	m.token = got.access
	return m, got
}

// answerTo sends a request to the public door.
func (r *replica) answerTo(request *http.Request) answer {
	r.t.Helper()
	sent, err := r.client.Do(request)
	require.NoError(r.t, err)
	return read(r.t, sent)
}
