package httpapi

import (
	"context"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"vestibule/backend/client"
	"vestibule/backend/secret"
	"vestibule/backend/session"
	"vestibule/backend/token"
	"vestibule/backend/verifier"
)

// mostBearers is how many access tokens that have been verified are remembered: about ten megabytes.
const mostBearers = 50_000

// bearers are access tokens that were verified, by their SHA-256, so that one which comes again costs no
// signature. What can change about one is asked each time: the time, its key, its session.
type bearers = lru.Cache[secret.Sum, *verified]

func newBearers() *bearers {
	made, err := lru.New[secret.Sum, *verified](mostBearers)
	if err != nil {
		panic(err) // only where the size is not positive
	}
	return made
}

// clocksDiffer is how far the clocks of two replicas may be apart, by which they read the database's.
const clocksDiffer = 5 * time.Second

// newVerifier makes one for tokens of ours, with the keys that are at hand: the same code that downstreams
// use.
func newVerifier(keys verifier.Keys, issuer, audience string, now func() time.Time) *verifier.Verifier {
	made, err := verifier.New(verifier.Config{Issuer: issuer, Audience: audience, Keys: keys, Now: now, Leeway: clocksDiffer,
		Algorithms: []string{token.ES256, token.EdDSA, token.RS256}})
	if err != nil {
		panic(err) // only where something is missing
	}
	return made
}

// verified is what an access token says, for as long as it says so.
type verified struct {
	expires int64 // seconds since 1970
	kid     string
	client  *client.Client
	sid     uuid.UUID     // of its session
	alone   *session.Held // in its place, where a client acts for itself
}

// authenticateBearer finds the session that an access token is of, or what stands in its place. Verifying
// asks no database. Every way of failing gives the same answer.
func (a *api) authenticateBearer(c *fiber.Ctx, raw []byte) (*session.Held, session.Source, error) {
	if err := a.KeysHeard(c.UserContext()); err != nil {
		return nil, session.FromDatabase, err
	}
	sum := secret.SumOf(raw)
	known, there := a.bearers.Get(sum)
	if there {
		_, _, there = a.Keys(known.kid)
	}
	if !there {
		var err error
		if known, err = a.verify(c.UserContext(), string(raw)); err != nil {
			return nil, session.FromCache, session.ErrNotFound.With(err)
		}
		a.bearers.Add(sum, known)
	}
	switch {
	case known.expires <= a.Now().Unix():
		return nil, session.FromCache, session.ErrNotFound
	case known.alone != nil:
		return known.alone, session.FromCache, nil
	}
	found, from, err := a.Sessions.FindClient(c.UserContext(), known.sid)
	if err == nil && found.Client() != known.client.ID {
		err = session.ErrNotFound
	}
	return found, from, err
}

// verify checks an access token as a downstream would, and that its client is still in the configuration.
func (a *api) verify(ctx context.Context, raw string) (*verified, error) {
	claims, err := a.verifyOwn.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	if claims.ExpiresAt-claims.IssuedAt > int64(token.LifetimeMost.Seconds()) {
		return nil, fmt.Errorf("a token that lives longer than any of ours: %d seconds", claims.ExpiresAt-claims.IssuedAt)
	}
	known := &verified{expires: claims.ExpiresAt, kid: claims.KeyID, client: a.Clients.Find(claims.ClientID)}
	if known.client == nil {
		return nil, fmt.Errorf("there is no client %q any more", claims.ClientID)
	}
	if claims.SID == "" {
		if err := known.client.May(client.Credentials); err != nil {
			return nil, err
		}
		known.alone = session.NewAlone(claims.ClientID, time.Unix(claims.ExpiresAt, 0))
		return known, nil
	}
	known.sid, err = uuid.Parse(claims.SID)
	return known, err
}
