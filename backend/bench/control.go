package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// control measures what the control of a session costs beside its requests: how soon an end is known, what
// the database has to do, what is remembered, and what signing in takes.
type control struct {
	*stage
	conn *pgx.Conn // to the database of the two replicas
}

// finding is a row of the table of control.
type finding struct{ what, found, asked string }

// topics are the measurements, in their order; -only takes the name of one.
var topics = []struct {
	name    string
	measure func(control, context.Context) ([]finding, error)
}{
	{"statements", control.statements},
	{"delays", control.delays},
	{"cut", control.cut},
	{"hung", control.hung},
	{"logout", control.logouts},
	{"token", control.tokens},
	{"many", control.many},
	{"memory", control.memory},
	{"signin", control.signIns},
	{"flood", control.flood},
	{"refresh", control.refreshes},
}

func topicNames() []string {
	var all []string
	for _, t := range topics {
		all = append(all, t.name)
	}
	return all
}

// measureControl does so after the rounds, on the quiet machine.
func (s *stage) measureControl(ctx context.Context) ([]finding, error) {
	c := control{stage: s}
	var err error
	if c.conn, err = pgx.Connect(ctx, s.db.url); err != nil {
		return nil, err
	}
	defer func() { _ = c.conn.Close(context.WithoutCancel(ctx)) }()
	var all []finding
	for _, t := range topics {
		if s.only == t.name || s.only == "" || s.only == controlAlone {
			began := time.Now()
			found, err := t.measure(c, ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", t.name, err)
			}
			for _, f := range found {
				_, _ = fmt.Fprintf(s.out, "%s (%.0f s): %s: %s\n", t.name, time.Since(began).Seconds(), f.what, f.found)
			}
			all = append(all, found...)
		}
	}
	return all, nil
}

// controlTable has what was found beside what is asked for.
func controlTable(all []finding) string {
	rows := [][]string{{"", "found", "asked for"}}
	for _, f := range all {
		rows = append(rows, []string{f.what, f.found, f.asked})
	}
	return table(rows) + delayed
}

const delayed = `
Delays are from the answer of the DELETE to the beginning of the first request that was refused: of requests one
after the other, on one connection, each for a session that was remembered.
`

// pause ends early, with an error, where the run does.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// figure reads one from a replica's /metrics.
func (r replica) figure(ctx context.Context, name string) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.internal+"/metrics", http.NoBody)
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
