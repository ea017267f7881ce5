package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

const (
	endsTried   = 1000 // sessions that are ended, one after the other
	tokensTried = 200
	refusedIn   = 5 * time.Second // after which an ended session counts as not refused
)

// asking sends a session's request, and gives the status of its answer.
type asking func(ctx context.Context) (int, error)

// delays ends sessions by a DELETE, and asks another replica, which knows each, until it refuses.
func (c control) delays(ctx context.Context) ([]finding, error) {
	found, err := c.trials(ctx, endsTried, nil)
	return []finding{{
		fmt.Sprintf("an acknowledged DELETE to the first refusal at another replica, %s ends", thousands(endsTried)),
		percentiles(found), "p99 20 ms, most 250 ms",
	}}, err
}

// trials ends so many sessions, and asks the second replica for each. before, if any, happens between
// its last request and its end.
func (c control) trials(ctx context.Context, n int, before func() error) ([]time.Duration, error) {
	cookies, err := c.db.fill(ctx, n)
	if err != nil {
		return nil, err
	}
	var found []time.Duration
	for _, cookie := range cookies {
		ask := func(ctx context.Context) (int, error) {
			return askWith(ctx, c.second.orders(), "Cookie", cookieOf(cookie))
		}
		for range 2 { // the second time it comes from memory
			if err := lives(ctx, ask); err != nil {
				return nil, err
			}
		}
		if before != nil {
			if err := before(); err != nil {
				return nil, err
			}
		}
		d, err := c.end(ctx, cookie, ask)
		if err != nil {
			return nil, err
		}
		found = append(found, d)
	}
	return found, nil
}

// end deletes a session, and asks until it is refused.
func (c control) end(ctx context.Context, cookie string, ask asking) (time.Duration, error) {
	if _, err := c.conn.Exec(ctx, `DELETE FROM sessions WHERE k = encode(sha256(convert_to($1, 'UTF8')), 'hex')`, cookie); err != nil {
		return 0, err
	}
	ended := time.Now()
	for {
		began := time.Now()
		status, err := ask(ctx)
		switch {
		case err != nil:
			return 0, err
		case status == http.StatusUnauthorized:
			return began.Sub(ended), nil
		case status != http.StatusOK:
			return 0, fmt.Errorf("an ended session gets %d", status)
		case time.Since(ended) > refusedIn:
			return 0, fmt.Errorf("an ended session still gets %d after %s", status, refusedIn)
		}
	}
}

// logouts signs out at a replica, and asks the same one at once.
func (c control) logouts(ctx context.Context) ([]finding, error) {
	cookies, err := c.db.fill(ctx, endsTried)
	if err != nil {
		return nil, err
	}
	admitted := 0
	for _, cookie := range cookies {
		ask := func(ctx context.Context) (int, error) {
			return askWith(ctx, c.first.orders(), "Cookie", cookieOf(cookie))
		}
		if err := lives(ctx, ask); err != nil {
			return nil, err
		}
		if err := logOut(ctx, c.first, cookie); err != nil {
			return nil, err
		}
		status, err := ask(ctx)
		switch {
		case err != nil:
			return nil, err
		case status == http.StatusOK:
			admitted++
		case status != http.StatusUnauthorized:
			return nil, fmt.Errorf("a session that was signed out gets %d", status)
		}
	}
	return []finding{{
		fmt.Sprintf("requests admitted by the replica that answered `POST /auth/logout`, right after it, of %s", thousands(endsTried)),
		fmt.Sprint(admitted), "0",
	}}, nil
}

func logOut(ctx context.Context, r replica, cookie string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+r.at+"/auth/logout", http.NoBody)
	if err != nil {
		return err
	}
	request.Header.Set("Cookie", cookieOf(cookie))
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	status, err := send(request)
	if err == nil && status != http.StatusNoContent {
		err = fmt.Errorf("POST /auth/logout gets %d", status)
	}
	return err
}

// tokens has the second replica send a session's token to the witness, and shows it to the example
// service itself until that refuses it, once the session has been deleted.
func (c control) tokens(ctx context.Context) ([]finding, error) {
	cookies, err := c.db.fill(ctx, tokensTried)
	if err != nil {
		return nil, err
	}
	var found []time.Duration
	for _, cookie := range cookies {
		err := lives(ctx, func(ctx context.Context) (int, error) {
			return askWith(ctx, "http://"+c.second.at+"/api/example/", "Cookie", cookieOf(cookie))
		})
		if err != nil {
			return nil, err
		}
		token := *c.witness.token.Load()
		ask := func(ctx context.Context) (int, error) {
			return askWith(ctx, "http://"+c.example+"/", "Authorization", token)
		}
		if err := lives(ctx, ask); err != nil {
			return nil, err
		}
		d, err := c.end(ctx, cookie, ask)
		if err != nil {
			return nil, err
		}
		found = append(found, d)
	}
	return []finding{{
		fmt.Sprintf("an acknowledged DELETE to the first refusal of a token already out, shown to the example service `orders` itself, %d ends", tokensTried),
		percentiles(found), "p99 1,000 ms",
	}}, nil
}

func lives(ctx context.Context, ask asking) error {
	status, err := ask(ctx)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("a session that lives gets %d", status)
	}
	return err
}

func cookieOf(value string) string { return "__Host-session=" + value }

func askWith(ctx context.Context, url, header, value string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, err
	}
	request.Header.Set(header, value)
	return send(request)
}

func send(request *http.Request) (int, error) {
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}

func percentiles(all []time.Duration) string {
	if len(all) == 0 {
		return "–"
	}
	sorted := slices.Sorted(slices.Values(all))
	at := func(share float64) string {
		return milliseconds(sorted[min(int(share*float64(len(sorted))), len(sorted)-1)].Microseconds())
	}
	if len(sorted) < 100 {
		return fmt.Sprintf("p50 %s ms, most %s ms", at(.5), at(1))
	}
	return fmt.Sprintf("p50 %s ms, p99 %s ms, most %s ms", at(.5), at(.99), at(1))
}
