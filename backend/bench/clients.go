package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"vestibule/backend/config"
	"vestibule/backend/refresh"
	"vestibule/backend/session"
)

const (
	benchClient   = "bench"
	chains        = 32 // clients that refresh one after the other, all at once
	refreshTimes  = 5
	refreshFor    = 3 * time.Second
	refreshAtOnce = 16 // connections that renew the tokens of a rotation
)

// benchClients are who may have tokens in the measurements.
func benchClients() []config.Client {
	return []config.Client{{ID: benchClient, RedirectURIs: []string{"http://127.0.0.1/callback"}, Grants: []string{"authorization_code", "refresh_token"}}}
}

// chain is one client's session: the newest refresh token, and the access token that came with it.
type chain struct{ refresh, access string }

// letIn makes sessions of kind client, each of a user of its own, with their first refresh tokens.
func (d *database) letIn(ctx context.Context, n int) ([]*chain, error) {
	conn, err := pgx.Connect(ctx, d.url)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	made := make([]*chain, n)
	users, sids, keys, families, firsts := make([]uuid.UUID, n), make([]uuid.UUID, n), make([]string, n), make([]string, n), make([]string, n)
	for i := range n {
		first := refresh.New()
		users[i], sids[i], families[i], firsts[i] = uuid.New(), uuid.New(), first.Family(), first.Hash()
		keys[i], made[i] = session.ClientKey(sids[i]).String(), &chain{refresh: first.Secret().Reveal()}
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO users (id, email, email_key, name, password_hash)
		  SELECT id, id || '@example.com', id || '@example.com', 'Somebody', 'none' FROM unnest($1::uuid[]) AS id`, []any{users}},
		{`INSERT INTO sessions (k, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at,
		    idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		  SELECT k, sid, 'client', user_id, $4, false, '127.0.0.1', 'bench', now(), now(),
		    now() + interval '14 days', now() + interval '90 days', now(), 'pwd', 'aal1'
		    FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS made (k, sid, user_id)`, []any{keys, sids, users, benchClient}},
		{`INSERT INTO refresh_families (family, sid, current) SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[])`, []any{families, sids, firsts}},
	} {
		if _, err := conn.Exec(ctx, step.sql, step.args...); err != nil {
			return nil, fmt.Errorf("let %d clients in: %w", n, err)
		}
	}
	return made, nil
}

// next exchanges the refresh token at a replica.
func (c *chain) next(ctx context.Context, client *http.Client, at string) error {
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {benchClient}, "refresh_token": {c.refresh}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+at+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var said struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
	}
	text, err := io.ReadAll(answer.Body)
	if err == nil {
		err = json.Unmarshal(text, &said)
	}
	if err != nil || said.AccessToken == "" {
		return fmt.Errorf("a refresh is answered with %d, %s: %w", answer.StatusCode, text, err)
	}
	c.refresh, c.access = said.RefreshToken, said.AccessToken
	return nil
}

func manyConnections() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: chains}}
}

// enterBearer is vestibule's own replica, asked with access tokens in place of cookies. They live five
// minutes, so before each turn there are others: each is verified once in a turn.
func enterBearer(ctx context.Context, s *stage) (contender, error) {
	all, err := s.db.letIn(ctx, s.sessions)
	if err != nil {
		return contender{}, err
	}
	c := contender{
		about: "the same replica, with access tokens of as many clients in place of cookies; new ones for each turn", url: s.first.orders(), size: answerSize,
		parts: s.partsOf(s.first.process),
	}
	c.before = func(ctx context.Context) error { return s.renew(ctx, all) }
	if err := c.before(ctx); err != nil {
		return c, err
	}
	c.wrk, err = s.wrk.with(s.dir, bearersFile, accessOf(all))
	c.wrk.kind = "tokens"
	return c, err
}

const bearersFile = "tokens"

func accessOf(all []*chain) []string {
	tokens := make([]string, len(all))
	for i, c := range all {
		tokens[i] = c.access
	}
	return tokens
}

// renew gets a new access token for each client, and puts them where wrk reads them.
func (s *stage) renew(ctx context.Context, all []*chain) error {
	var at atomic.Int64
	var failed atomic.Pointer[error]
	var running sync.WaitGroup
	client := manyConnections()
	defer client.CloseIdleConnections()
	for range refreshAtOnce {
		running.Go(func() {
			for i := at.Add(1) - 1; int(i) < len(all) && failed.Load() == nil; i = at.Add(1) - 1 {
				if err := all[i].next(ctx, client, s.first.at); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	running.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	_, err := s.wrk.with(s.dir, bearersFile, accessOf(all))
	return err
}

// refreshes counts them on one replica and on two, in turn: each client again and again with its own
// token.
func (c control) refreshes(ctx context.Context) ([]finding, error) {
	all, err := c.db.letIn(ctx, chains)
	if err != nil {
		return nil, err
	}
	var one, two []float64
	for range refreshTimes {
		on := func(replicas ...string) (float64, error) { return refreshOn(ctx, all, replicas) }
		alone, err := on(c.first.at)
		if err != nil {
			return nil, err
		}
		both, err := on(c.first.at, c.second.at)
		if err != nil {
			return nil, err
		}
		one, two = append(one, alone), append(two, both)
	}
	what := fmt.Sprintf("refreshes a second of %d clients at once", chains)
	return []finding{
		{what + ", on one replica", thousands(median(one)), "–"},
		{what + ", on two (same machine, same database), to one, in turn", fmt.Sprintf("%s, %s at the median", compare(two, one), thousands(median(two))), "–"},
	}, nil
}

func refreshOn(ctx context.Context, all []*chain, replicas []string) (float64, error) {
	var done atomic.Int64
	var failed atomic.Pointer[error]
	var running sync.WaitGroup
	client := manyConnections()
	defer client.CloseIdleConnections()
	began := time.Now()
	for i, each := range all {
		running.Go(func() {
			for n := i; time.Since(began) < refreshFor && failed.Load() == nil; n++ {
				if err := each.next(ctx, client, replicas[n%len(replicas)]); err != nil {
					failed.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	running.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(done.Load()) / time.Since(began).Seconds(), nil
}
