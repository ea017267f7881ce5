package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"vestibule/backend/config"
	"vestibule/backend/secret"
)

// replica is one Vestibule, as in production.
type replica struct {
	*process
	at, internal string // host:port
}

func (r replica) orders() string { return "http://" + r.at + "/api/orders/" }

// startVestibule runs two replicas as like each other as two are, the second without load, with two
// downstreams: `orders`, which is the cheap upstream, and `example`, which is the real service and checks
// what it gets. Only the second's `example` is our own witness, which keeps the token.
func (s *stage) startVestibule(ctx context.Context) error {
	var err error
	if s.example, err = freeAddress(ctx); err != nil {
		return err
	}
	if err := s.witness.open(ctx); err != nil {
		return err
	}
	s.config = s.configuration(s.db.url)
	s.config.Downstreams = append(s.config.Downstreams, config.NewDownstream("example", hostURL(s.example), "orders"))
	if s.first, err = s.startReplica(ctx, "vestibule", s.config); err != nil {
		return err
	}
	c := *s.config
	c.Downstreams = slices.Clone(c.Downstreams)
	c.Downstreams[1].URL = hostURL(s.witness.at)
	if s.second, err = s.startReplica(ctx, "second", &c); err != nil {
		return err
	}
	return s.start(ctx, "orders", []string{
		"VESTIBULE_ISSUER=" + s.config.PublicURL.String(), "VESTIBULE_JWKS_URL=http://" + s.first.internal + "/.well-known/jwks.json",
		"VESTIBULE_REVOCATIONS_URL=http://" + s.first.internal + "/revocations", "ORDERS_LISTEN=" + s.example,
	}, "http://"+s.example+"/", 401)
}

// configuration is a replica's, with the upstream for its only downstream. Its addresses are missing.
func (s *stage) configuration(database string) *config.Config {
	var key [32]byte
	_, _ = rand.Read(key[:])
	c := config.Default()
	c.DatabaseURL, c.MasterKey = secret.Of(database), secret.Of(base64.StdEncoding.EncodeToString(key[:]))
	c.Clients = benchClients()
	c.Downstreams = []config.Downstream{config.NewDownstream("orders", hostURL(s.upstream), "upstream")}
	return c
}

// startReplica gives it addresses, and makes its own the public one where there is none yet.
func (s *stage) startReplica(ctx context.Context, name string, c *config.Config) (replica, error) {
	var r replica
	var err error
	if r.at, err = freeAddress(ctx); err != nil {
		return r, err
	}
	if r.internal, err = freeAddress(ctx); err != nil {
		return r, err
	}
	c.Listen, c.InternalListen = r.at, r.internal
	if c.PublicURL == nil {
		c.PublicURL = hostURL(r.at)
	}
	text, err := c.Marshal()
	if err != nil {
		return r, err
	}
	file := filepath.Join(s.dir, name+".yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return r, err
	}
	err = s.startBinary(ctx, name, s.binary, nil, "http://"+r.internal+"/readyz", 200, "serve", "--config", file)
	if len(s.running) > 0 && s.last().name == name {
		r.process = s.last()
	}
	return r, err
}

func hostURL(host string) *url.URL { return &url.URL{Scheme: "http", Host: host} }
