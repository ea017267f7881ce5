package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	remembered  = 100_000         // sessions whose memory is measured
	endsTried   = 1000            // sessions that are ended, one after the other
	refusedIn   = 5 * time.Second // after which an ended session counts as not refused
	statsWithin = 2 * time.Second // for PostgreSQL's own counters, which lag by a second
)

// control is what the control of a session costs beside its requests: how soon an end is known, what the
// database has to do, and what is remembered.
type control struct {
	delays     []time.Duration // from the acknowledged DELETE to the first refusal, at another replica
	statements float64         // of the database for 1,000 requests of sessions in the cache
	cached     float64
	before     int64 // resident bytes of the first replica
	after      int64
}

// measureControl does so after the rounds, on the quiet machine.
func (s *stage) measureControl(ctx context.Context) (control, error) {
	var c control
	conn, err := pgx.Connect(ctx, s.db.url)
	if err != nil {
		return c, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if c.statements, err = s.measureStatements(ctx, conn); err != nil {
		return c, err
	}
	if err := s.measureDelays(ctx, conn, &c); err != nil {
		return c, err
	}
	return c, s.measureMemory(ctx, &c)
}

// measureStatements counts the transactions of the database while wrk asks for nothing but what is
// remembered; each of Vestibule's statements is one there, its listener's proofs included.
func (s *stage) measureStatements(ctx context.Context, conn *pgx.Conn) (float64, error) {
	url := "http://" + s.at + "/api/orders/"
	if _, err := s.wrk.run(ctx, url, answerSize, s.warmUp, false); err != nil {
		return 0, err
	}
	count := func() (n int64, err error) {
		select {
		case <-time.After(statsWithin): // each server process tells its figures a second late
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		err = conn.QueryRow(ctx, `SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()`).Scan(&n)
		return n, err
	}
	before, err := count()
	if err != nil {
		return 0, err
	}
	l, err := s.wrk.run(ctx, url, answerSize, s.duration, false)
	if err != nil {
		return 0, err
	}
	after, err := count()
	return float64(after-before) * 1000 / float64(l.Requests), err
}

// measureDelays ends sessions by a DELETE, and asks another replica, which knows each, until it refuses.
func (s *stage) measureDelays(ctx context.Context, conn *pgx.Conn, c *control) error {
	cookies, err := s.db.fill(ctx, endsTried)
	if err != nil {
		return err
	}
	for _, cookie := range cookies {
		for range 2 { // the second time it comes from memory
			if status, err := s.askSecond(ctx, cookie); err != nil || status != http.StatusOK {
				return fmt.Errorf("a session that lives gets %d: %w", status, err)
			}
		}
		if _, err := conn.Exec(ctx, `DELETE FROM sessions WHERE k = encode(sha256(convert_to($1, 'UTF8')), 'hex')`, cookie); err != nil {
			return err
		}
		ended := time.Now()
		for {
			began := time.Now()
			status, err := s.askSecond(ctx, cookie)
			if err != nil {
				return err
			}
			if status == http.StatusUnauthorized {
				c.delays = append(c.delays, began.Sub(ended))
				break
			}
			if time.Since(ended) > refusedIn {
				return fmt.Errorf("an ended session still gets %d after %s", status, refusedIn)
			}
		}
	}
	slices.Sort(c.delays)
	return nil
}

func (s *stage) askSecond(ctx context.Context, cookie string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.atSecond+"/api/orders/", http.NoBody)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Cookie", "__Host-session="+cookie)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}

// measureMemory has very many sessions remembered, with a token each.
func (s *stage) measureMemory(ctx context.Context, c *control) error {
	var err error
	if c.before, err = resident(s.replica.pid); err != nil {
		return err
	}
	cookies, err := s.db.fill(ctx, remembered)
	if err != nil {
		return err
	}
	if err := s.wrk.write(s.dir, cookies); err != nil {
		return err
	}
	for range 10 {
		if _, err := s.wrk.run(ctx, "http://"+s.at+"/api/orders/", answerSize, 8*time.Second, false); err != nil {
			return err
		}
		if c.cached, err = s.figure(ctx, "vestibule_sessions_cached"); err != nil || c.cached >= remembered {
			break
		}
	}
	if err != nil {
		return err
	}
	c.after, err = resident(s.replica.pid)
	return err
}

// figure reads one from the first replica's /metrics.
func (s *stage) figure(ctx context.Context, name string) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.internal+"/metrics", http.NoBody)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if value, is := strings.CutPrefix(lines.Text(), name+" "); is {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("/metrics has no %s: %w", name, lines.Err())
}

// resident is the memory that a process has, in bytes; 0 where the system does not tell.
func resident(pid int) (int64, error) {
	if !measuresCPU {
		return 0, nil
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, is := strings.CutPrefix(line, "VmRSS:"); is {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no VmRSS", pid)
}

// summary is what it found, as a table.
func (c control) summary() string {
	at := func(share float64) string {
		d := c.delays[min(int(share*float64(len(c.delays))), len(c.delays)-1)]
		return decimals(float64(d.Microseconds())/1000, 2)
	}
	rows := [][]string{{"", ""},
		{fmt.Sprintf("an acknowledged DELETE to the first refusal at another replica, %d ends", len(c.delays)), fmt.Sprintf("p50 %s ms, p99 %s ms, most %s ms", at(.5), at(.99), at(1))},
		{"statements of the database for 1,000 requests of remembered sessions, all of two replicas' own included", decimals(c.statements, 2)},
	}
	if c.after > 0 && c.cached > 0 {
		each := float64(c.after-c.before) / c.cached * remembered / (1 << 20)
		rows = append(rows, []string{fmt.Sprintf("resident memory per 100,000 remembered sessions with a token each (%s were)", thousands(c.cached)), decimals(each, 0) + " MiB"})
	}
	return table(rows) + "\nDelays are from the answer of the DELETE to the beginning of the request that was refused.\n"
}
