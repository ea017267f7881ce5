package telemetry

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Taken is what was counted in some time.
type Taken struct {
	SignIns, SignInFailures                       int64
	Exchanges                                     int64
	LookupsCache, LookupsDatabase, LookupsRefused int64
	Revocations                                   int64
	DelayP50, DelayP99                            time.Duration // of revocations; zero without any
}

// signedIn counts what came of a password: a registration begins a session too.
func (m *Metrics) signedIn(route string, status int) {
	switch {
	case route == "POST /auth/login" && status == http.StatusOK, route == "POST /auth/register" && status == http.StatusCreated:
		m.signIns.Add(1)
	case route == "POST /auth/login" && (status == http.StatusUnauthorized || status == http.StatusTooManyRequests):
		m.signInFailures.Add(1)
	}
}

// Take gives what was counted since it was last asked. What is counted for Prometheus is read, and not
// counted twice.
func (m *Metrics) Take() Taken {
	m.taking.Lock()
	defer m.taking.Unlock()
	all := Taken{
		SignIns: m.signIns.Load(), SignInFailures: m.signInFailures.Load(),
		LookupsCache: total(m.byOutcome["cache"]), LookupsDatabase: total(m.byOutcome["database"]), LookupsRefused: total(m.byOutcome["refused"]),
	}
	for _, each := range m.proxies.Range {
		of := each.(*proxy)
		all.Exchanges += total(of.cached) + total(of.issued)
	}
	before := m.taken
	m.taken = all
	now := Taken{
		SignIns: all.SignIns - before.SignIns, SignInFailures: all.SignInFailures - before.SignInFailures, Exchanges: all.Exchanges - before.Exchanges,
		LookupsCache: all.LookupsCache - before.LookupsCache, LookupsDatabase: all.LookupsDatabase - before.LookupsDatabase,
		LookupsRefused: all.LookupsRefused - before.LookupsRefused,
	}
	now.Revocations, now.DelayP50, now.DelayP99 = m.delays.take()
	return now
}

func total(c prometheus.Counter) int64 {
	var read dto.Metric
	_ = c.Write(&read) // it only fails for other kinds
	return int64(read.GetCounter().GetValue())
}

// mostDelays is how many delays are kept of one time: beyond it, a fair choice of them.
const mostDelays = 4096

// delays are how late this replica heard. Safe for concurrent use.
type delays struct {
	mu   sync.Mutex
	n    int64
	kept []time.Duration
}

func (d *delays) add(one time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	if len(d.kept) < mostDelays {
		d.kept = append(d.kept, one)
	} else if at := rand.Int64N(d.n); at < mostDelays { //nolint:gosec // a choice of figures
		d.kept[at] = one
	}
}

func (d *delays) take() (n int64, p50, p99 time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.n == 0 {
		return 0, 0, 0
	}
	slices.Sort(d.kept)
	last := len(d.kept) - 1
	n, p50, p99 = d.n, d.kept[last/2], d.kept[(99*last+99)/100]
	d.n, d.kept = 0, d.kept[:0]
	return n, p50, p99
}
