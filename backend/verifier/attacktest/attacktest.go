// Package attacktest makes the tokens that no verifier of JWTs may take: forged ones, and those that their
// issuer signed but that say what they must not. It is for tests, of whatever takes tokens.
//
//	for _, a := range attacktest.Against(target) {
//		// send a.Token, and demand that it is refused
//	}
//
// A door that refuses everything would pass such a test: demand that Good is accepted, too. Where they come
// from: RFC 8725, RFC 7515, RFC 7519, RFC 9068, and the advisories of JWT libraries.
package attacktest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Target is the issuer whose tokens a door takes, and the door itself.
type Target struct {
	Algorithm     string         // ES256, EdDSA or RS256
	Key           crypto.Signer  // one that the issuer publishes, for that algorithm
	KID           string         // its name
	Issuer        string         // without a slash at its end
	Audience      string         // the door's
	OtherAudience string         // one that the issuer makes tokens for, too
	Claims        map[string]any // of a token that the door takes, all of them; exp and iat fit Now
	Now           time.Time
	Elsewhere     string // a URL that tokens will point to; nobody may ever ask for it
}

// Fault is what is wrong with a token first, in the order in which a careful verifier looks.
type Fault string

// The faults.
const (
	Malformed Fault = "malformed" // its form, its JSON, or a claim of the wrong kind
	Algorithm Fault = "algorithm" // none, another than the key's, or one that nobody should take
	Type      Fault = "type"
	Key       Fault = "key" // of a name that the issuer has no key of
	Signature Fault = "signature"
	Issuer    Fault = "issuer"
	Audience  Fault = "audience"
	Claims    Fault = "claims" // a required one is missing
	Time      Fault = "time"
)

// Attack is one token.
type Attack struct {
	Name  string
	Token string
	Fault Fault
}

// FitsHeader reports whether HTTP carries the token as it is. It takes white space off the ends, and no
// header holds a line break or other control characters.
func (a Attack) FitsHeader() bool {
	return a.Token == strings.Trim(a.Token, " \t") && !strings.ContainsFunc(a.Token, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// Against gives all attacks that there are on a target, by name, and each has its own. It panics where the
// key is none of the algorithm's.
func Against(t Target) []Attack {
	var all list
	t.unsigned(&all)
	t.confused(&all)
	t.keys(&all)
	t.brought(&all)
	t.signatures(&all)
	t.heads(&all)
	t.twice(&all)
	t.claims(&all)
	t.times(&all)
	t.texts(&all)
	t.forms(&all)
	slices.SortFunc(all, func(a, b Attack) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Good gives a token that the target takes, in the form that the attacks are made from.
func Good(t Target) string { return t.signed(object(t.head()), object(t.Claims)) }

type list []Attack

func (l *list) add(fault Fault, name, token string) { *l = append(*l, Attack{name, token, fault}) }

func (t Target) head() map[string]any {
	return map[string]any{"alg": t.Algorithm, "typ": "at+jwt", "kid": t.KID}
}

// with gives a copy in which one member is another; nil takes it out.
func with(of map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(of)
	if changed[name] = value; value == nil {
		delete(changed, name)
	}
	return changed
}

func object(of any) string {
	text, err := json.Marshal(of)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// first and last write one more member into an object.
func first(member, object string) string { return "{" + member + "," + object[1:] }
func last(member, object string) string  { return object[:len(object)-1] + "," + member + "}" }

func base64url(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func joined(head, claims string) string { return base64url(head) + "." + base64url(claims) }

// signed signs exactly these texts, with the target's own key.
func (t Target) signed(head, claims string) string {
	input := joined(head, claims)
	return input + "." + base64url(string(sign(t.Key, input)))
}

// headed and claimed are signed as well, but for what is given.
func (t Target) headed(head map[string]any) string { return t.signed(object(head), object(t.Claims)) }
func (t Target) claimed(claims map[string]any) string {
	return t.signed(object(t.head()), object(claims))
}

// forged has a signature of whatever bytes are given.
func (t Target) forged(signature []byte) string {
	return joined(object(t.head()), object(t.Claims)) + "." + base64url(string(signature))
}

// sign signs as the key's own algorithm does (RFC 7518, 3; RFC 8037, 3.1).
func sign(key crypto.Signer, input string) []byte {
	if _, is := key.Public().(ed25519.PublicKey); is {
		return checked(key.Sign(rand.Reader, []byte(input), crypto.Hash(0)))
	}
	sum := sha256.Sum256([]byte(input))
	signature := checked(key.Sign(rand.Reader, sum[:], crypto.SHA256))
	if _, is := key.Public().(*ecdsa.PublicKey); is {
		return fixed(signature)
	}
	return signature
}

func checked[T any](made T, err error) T {
	if err != nil {
		panic(fmt.Errorf("attacktest: %w", err))
	}
	return made
}
