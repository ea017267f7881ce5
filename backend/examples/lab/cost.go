package lab

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	usualRequests = 200
	warmUp        = 5  // requests of each way that are not counted: they open connections, and fill caches
	atOnce        = 10 // rounds that one line tells of
)

// way is one way to know who asks, and what has been measured of it.
type way struct {
	name  string
	ask   request
	took  []float64            // milliseconds, of each request
	parts map[string][]float64 // milliseconds, as Server-Timing has them
}

// cost asks the same service in four ways, in turn and one at a time, and tells how long each request
// took, and where the time went as far as the answer says.
func (r *run) cost(o options) error {
	v, leave, err := r.signIn()
	if err != nil {
		return err
	}
	defer leave()
	caught, _, err := v.through(r.ctx, nil)
	if err != nil {
		return err
	}
	ways := r.ways(v, caught.token)
	rounds := o.Requests
	if rounds == 0 {
		rounds = usualRequests
	}
	var names []string
	for _, w := range ways {
		names = append(names, w.name)
	}
	r.say("began", facts{"at": now(), "ways": names, "requests": rounds})
	before, err := r.lookUps()
	if err != nil {
		return err
	}
	if err := r.rounds(ways, rounds); err != nil {
		return err
	}
	after, err := r.lookUps()
	if err != nil {
		return err
	}
	for outcome := range after {
		after[outcome] -= before[outcome]
	}
	result := map[string]facts{}
	for _, w := range ways {
		result[w.name] = w.summary()
	}
	r.say("result", facts{"ways": result, "lookups_by_outcome": after, "requests": rounds, "warm_up": warmUp,
		"bytes": facts{"cookie": len("Cookie: \r\n") + len(v.cookie), "token": len("Authorization: Bearer \r\n") + len(caught.token)}})
	return nil
}

// ways are a cookie through Vestibule; the token that Vestibule sends along, shown to the service itself,
// with the feed and without; and the cookie shown to a service that looks it up each time.
func (r *run) ways(v *visit, token string) []*way {
	bearer := map[string]string{"Authorization": "Bearer " + token}
	get := func(url string, header map[string]string) request {
		return request{method: http.MethodGet, url: url, header: header}
	}
	ways := []*way{
		{name: "cookie", ask: get(r.lab.Door+"/api/lab/door", v.header())},
		{name: "feed", ask: get(r.lab.Self+"/feed/door", bearer)},
		{name: "signature", ask: get(r.lab.Self+"/signature/door", bearer)},
	}
	if r.lab.pool != nil {
		ways = append(ways, &way{name: "lookup", ask: get(r.lab.Self+"/lookup/door", map[string]string{"Cookie": v.cookie})})
	}
	return ways
}

// rounds asks each way once a round, so that whatever else this machine does hits all of them alike.
func (r *run) rounds(ways []*way, n int) error {
	for round := range n + warmUp {
		for _, w := range ways {
			got, err := r.ask(r.ctx, w.ask)
			if err == nil {
				err = got.into("be let in by "+w.name, nil)
			}
			if err != nil {
				return err
			}
			if round >= warmUp {
				w.note(got)
			}
		}
		if done := round - warmUp + 1; done > 0 && (done%atOnce == 0 || done == n) {
			lately := map[string][]float64{}
			for _, w := range ways {
				lately[w.name] = w.took[(done-1)/atOnce*atOnce:]
			}
			r.say("timings", facts{"done": done, "took_ms": lately})
		}
	}
	return nil
}

func (w *way) note(got reply) {
	w.took = append(w.took, milliseconds(got.took))
	said, _ := timings(got.header)
	if w.parts == nil {
		w.parts = map[string][]float64{}
	}
	for part, ms := range said {
		w.parts[part] = append(w.parts[part], ms)
	}
}

func (w *way) summary() facts {
	parts := map[string]float64{}
	for part, all := range w.parts {
		parts[part] = quantile(all, 0.5)
	}
	return facts{"p50_ms": quantile(w.took, 0.5), "p90_ms": quantile(w.took, 0.9), "p99_ms": quantile(w.took, 0.99),
		"most_ms": slices.Max(w.took), "parts_ms": parts}
}

// quantile is the value that a share of all are not above.
func quantile(all []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}

// lookUps are this replica's own figures: how many sessions it has looked up, and where it found them.
// They are of all requests, whoever sends them.
func (r *run) lookUps() (map[string]float64, error) {
	ctx, cancel := context.WithTimeout(r.ctx, askWithin)
	defer cancel()
	got, err := r.ask(ctx, request{method: http.MethodGet, url: r.lab.Internal + "/metrics"})
	if err == nil {
		err = got.into("read the figures of Vestibule", nil)
	}
	if err != nil {
		return nil, err
	}
	found := map[string]float64{}
	for lines := bufio.NewScanner(strings.NewReader(string(got.body))); lines.Scan(); {
		var outcome string
		rest, is := strings.CutPrefix(lines.Text(), `vestibule_session_lookups_total{outcome="`)
		if !is {
			continue
		}
		outcome, rest, _ = strings.Cut(rest, `"}`)
		n, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
		if err != nil {
			return nil, fmt.Errorf("read the figure %q: %w", outcome, err)
		}
		found[outcome] = n
	}
	if len(found) == 0 {
		return nil, &failure{code: "no_figures", detail: "Vestibule's figures say nothing of look-ups."}
	}
	return found, nil
}
