// Command peers is the backend-for-frontend that one writes with what most people reach for: net/http,
// alexedwards/scs with its Postgres store, golang-jwt and httputil.ReverseProxy. It looks the session up
// and signs a token for each request, and remembers nothing. It has a module of its own, so that scs is
// no dependency of Vestibule's.
package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/v2"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	lifetime = 12 * time.Hour
	table    = `CREATE TABLE sessions (token text PRIMARY KEY, data bytea NOT NULL, expiry timestamptz NOT NULL);
		CREATE INDEX sessions_expiry_idx ON sessions (expiry)` // as its README has it
)

func main() {
	listen := flag.String("listen", "127.0.0.1:9090", "host:port")
	upstream := flag.String("upstream", "127.0.0.1:9000", "host:port of the service behind it")
	cookies := flag.String("cookies", "", "a file of session tokens, one a line: a session is made for each")
	flag.Parse()
	if err := run(*listen, *upstream, *cookies); err != nil {
		log.Fatal(err)
	}
}

// run serves on a database that it has for itself, named by DATABASE_URL.
func run(listen, upstream, cookies string) error {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	if err := fill(ctx, pool, cookies); err != nil {
		return fmt.Errorf("make sessions: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	server := &http.Server{Addr: listen, Handler: handler(pgxstore.New(pool), key, upstream), ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

// fill makes the table, and a session of a user of its own for each token.
func fill(ctx context.Context, pool *pgxpool.Pool, cookies string) error {
	if _, err := pool.Exec(ctx, table); err != nil {
		return err
	}
	file, err := os.Open(cookies)
	if err != nil {
		return err
	}
	defer file.Close()
	var rows [][]any
	expiry := time.Now().Add(lifetime).UTC()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		data, err := (scs.GobCodec{}).Encode(expiry, map[string]any{"user_id": uuid.NewString(), "sid": uuid.NewString()})
		if err != nil {
			return err
		}
		rows = append(rows, []any{lines.Text(), data, expiry})
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if _, err := pool.CopyFrom(ctx, pgx.Identifier{"sessions"}, []string{"token", "data", "expiry"}, pgx.CopyFromRows(rows)); err != nil {
		return err
	}
	_, err = pool.Exec(ctx, `ANALYSE sessions`)
	return err
}

// handler has no idle limit: scs would write to the database for each request.
func handler(store scs.Store, key *ecdsa.PrivateKey, upstream string) http.Handler {
	sessions := scs.New()
	sessions.Store, sessions.Lifetime, sessions.Cookie.Name = store, lifetime, "__Host-session"
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 256 // by default two, and the others are opened anew
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: upstream})
			r.SetXForwarded()
			r.Out.Header.Del("Cookie")
		},
		Transport: transport,
	}
	return sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, sid := sessions.GetString(r.Context(), "user_id"), sessions.GetString(r.Context(), "sid")
		if user == "" {
			http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
			return
		}
		signed, err := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
			"iss": "peer", "sub": user, "aud": "upstream", "sid": sid, "jti": uuid.NewString(),
			"iat": time.Now().Unix(), "exp": time.Now().Add(5 * time.Minute).Unix(),
		}).SignedString(key)
		if err != nil {
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		r.Header.Set("Authorization", "Bearer "+signed)
		proxy.ServeHTTP(w, r)
	}))
}
