package cli

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"vestibule/backend/secret"
)

// Place is where tokens are kept.
type Place string

// The places. Anywhere is the keyring if it works, else a file.
const (
	Anywhere  Place = "auto"
	InKeyring Place = "keyring"
	InFile    Place = "file"
)

// Account is what is no secret of a login. It is in a file whatever the place of the tokens.
type Account struct {
	Server     string    `json:"server"`
	ClientID   string    `json:"client_id"`
	Store      Place     `json:"store"`
	SignedInAt time.Time `json:"signed_in_at"`
}

// login is all that is kept. Ended is that the server has refused the refresh token: there are no tokens
// any more, and whoever asks is told why.
type login struct {
	Account
	Ended  bool   `json:"ended,omitempty"`
	tokens tokens // beside it in the file, or in the keyring
}

type tokens struct {
	access, refresh   secret.Value
	issuedAt, expires time.Time // of the access token, by this machine's clock
}

// written is tokens as they are written down.
type written struct {
	AccessToken  string    `json:"access_token"`
	IssuedAt     time.Time `json:"issued_at"`
	ExpiresAt    time.Time `json:"expires_at"`
	RefreshToken string    `json:"refresh_token"`
}

func (t tokens) written() *written {
	return &written{t.access.Reveal(), t.issuedAt.UTC(), t.expires.UTC(), t.refresh.Reveal()}
}

func (w *written) tokens() tokens {
	if w == nil {
		return tokens{}
	}
	return tokens{secret.Of(w.AccessToken), secret.Of(w.RefreshToken), w.IssuedAt, w.ExpiresAt}
}

// tokensOf takes an answer of the server's, to a question of that time.
func tokensOf(got *oauth2.Token, asked time.Time) tokens {
	return tokens{secret.Of(got.AccessToken), secret.Of(got.RefreshToken), asked, asked.Add(time.Duration(got.ExpiresIn) * time.Second)}
}

func (t tokens) lifetime() time.Duration { return t.expires.Sub(t.issuedAt) }

// fresh reports whether the access token has at least so long to live, or half of its life. One from the
// future is not: the clock was set back.
func (t tokens) fresh(now time.Time, least time.Duration) bool {
	return !t.access.IsZero() && !now.Before(t.issuedAt) && t.expires.Sub(now) >= min(least, t.lifetime()/2) && now.Before(t.expires)
}

// Identity is who this machine is signed in as.
type Identity struct {
	Account
	Subject     string     `json:"sub,omitempty"`
	SID         string     `json:"sid,omitempty"`
	AuthTime    *time.Time `json:"auth_time,omitempty"`
	AMR         []string   `json:"amr,omitempty"`
	ACR         string     `json:"acr,omitempty"`
	TokenEndsAt time.Time  `json:"access_token_expires_at"`
	// When the session ends the server does not tell a client.
}

// identity reads the access token, without verifying it, and only to show it: it came from the server that
// made it, over a connection of ours. A client must not look into it otherwise (RFC 9068, 6): with another
// server than ours, it may be anything.
func (l login) identity() Identity {
	who := Identity{Account: l.Account, TokenEndsAt: l.tokens.expires.UTC()}
	parts := strings.Split(l.tokens.access.Reveal(), ".")
	if len(parts) != 3 {
		return who
	}
	var claims struct {
		Subject  string   `json:"sub"`
		SID      string   `json:"sid"`
		AuthTime int64    `json:"auth_time"`
		AMR      []string `json:"amr"`
		ACR      string   `json:"acr"`
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return who
	}
	who.Subject, who.SID, who.ACR = printable(claims.Subject), printable(claims.SID), printable(claims.ACR)
	for _, method := range claims.AMR {
		who.AMR = append(who.AMR, printable(method))
	}
	if claims.AuthTime > 0 {
		at := time.Unix(claims.AuthTime, 0).UTC()
		who.AuthTime = &at
	}
	return who
}

// fileText is a login as the file has it: with its tokens, unless these are in the keyring.
func (l login) fileText() ([]byte, error) {
	text := struct {
		login
		Tokens *written `json:"tokens,omitempty"`
	}{login: l}
	if l.Store == InFile && !l.Ended {
		text.Tokens = l.tokens.written()
	}
	return json.MarshalIndent(text, "", "  ")
}

func parseFile(text []byte, server string) (login, error) {
	var read struct {
		login
		Tokens *written `json:"tokens"`
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return login{}, fmt.Errorf("it is damaged: %w", err)
	}
	if read.Server != server || (read.Store != InFile && read.Store != InKeyring) || (read.Store == InFile && !read.Ended && read.Tokens == nil) {
		return login{}, fmt.Errorf("it is damaged: it is no login on %s", server)
	}
	read.tokens = read.Tokens.tokens()
	return read.login, nil
}
