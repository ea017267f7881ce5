package lab

import (
	"cmp"
	"errors"
	"math"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	measureFor    = 400 * time.Millisecond // each concurrency
	cachedSamples = 100
	usualRate     = 1000
	usualSessions = 10_000

	slideEvery  = 60.0       // seconds: a session in use is written once in so long, at most
	livesFor    = 12 * 3600  // seconds: each replica loads a session once in its life, at least
	fits        = 128 * 1024 // sessions that a replica remembers in 128 MiB, which is the default
	fewReplicas = 4          // for the curve by sessions
)

// asked together, from one to as many as the pool holds.
var concurrencies = []int{1, 2, 4, 8, mostConnections}

// measured is what the curves are made from.
type measured struct {
	lookUpMS    float64 // one look-up, alone
	perSecond   float64 // look-ups that the database answers, at most
	cachedMS    float64 // one look-up in the cache
	cookieBytes int
	tokenBytes  int
}

// scale measures what a look-up costs, in the database and in the cache, and what a cookie and a token
// weigh, and works out from that what many replicas and sessions would ask of the database. The curves
// are arithmetic, and say so.
func (r *run) scale(o options) error {
	if r.lab.pool == nil {
		return errNoDatabase
	}
	v, leave, err := r.signIn()
	if err != nil {
		return err
	}
	defer leave()
	caught, _, err := v.through(r.ctx, nil)
	if err != nil {
		return err
	}
	rate, sessions := cmp.Or(o.Rate, usualRate), cmp.Or(o.Sessions, usualSessions)
	r.say("began", facts{"at": now(), "rate": rate, "sessions": sessions})
	m := measured{cookieBytes: len("Cookie: \r\n") + len(v.cookie), tokenBytes: len("Authorization: Bearer \r\n") + len(caught.token)}
	if m.cachedMS, err = v.cached(); err != nil {
		return err
	}
	r.say("measured", facts{"what": "cached", "p50_ms": m.cachedMS, "samples": cachedSamples})
	for _, workers := range concurrencies {
		rate, p50, err := r.lookUpsPerSecond(keyOf(v.value), workers)
		if err != nil {
			return err
		}
		if workers == 1 {
			m.lookUpMS = p50
		}
		m.perSecond = max(m.perSecond, rate)
		r.say("measured", facts{"what": "lookups", "workers": workers, "per_second": rate, "p50_ms": p50})
	}
	r.say("result", m.curves(float64(rate), float64(sessions)))
	return nil
}

// cached is what Vestibule itself says of finding a session that it remembers.
func (v *visit) cached() (float64, error) {
	var all []float64
	for range cachedSamples {
		got, err := v.ask(v.run.ctx, http.MethodGet, "/api/lab/door", nil)
		if err == nil {
			err = got.into("ask the lab through Vestibule", nil)
		}
		if err != nil {
			return 0, err
		}
		if said, from := timings(got.header); from["session"] == "cache" {
			all = append(all, said["session"])
		}
	}
	if len(all) == 0 {
		return 0, &failure{code: "no_timings", detail: "Vestibule's answers say nothing of where their time went: it does not run in development."}
	}
	return quantile(all, 0.5), nil
}

// lookUpsPerSecond has so many ask the database, each one look-up after the other, on connections that
// are open already.
func (r *run) lookUpsPerSecond(key string, workers int) (perSecond, p50 float64, err error) {
	if err := r.connect(workers); err != nil {
		return 0, 0, err
	}
	took, failed := make([][]float64, workers), make([]error, workers)
	var all sync.WaitGroup
	began := time.Now()
	for n := range workers {
		all.Go(func() {
			for failed[n] == nil && time.Since(began) < measureFor {
				var one time.Duration
				_, one, failed[n] = find(r.ctx, r.lab.pool, key)
				took[n] = append(took[n], milliseconds(one))
			}
		})
	}
	all.Wait()
	lasted, together := time.Since(began), slices.Concat(took...)
	return math.Round(float64(len(together)) / lasted.Seconds()), quantile(together, 0.5), errors.Join(failed...)
}

// connect opens as many connections as will be asked on.
func (r *run) connect(n int) error {
	for range n {
		held, err := r.lab.pool.Acquire(r.ctx)
		if err != nil {
			return err
		}
		defer held.Release()
	}
	return nil
}

// curves are statements a second that the database is asked for, by replicas and by sessions. Both ways
// write a session in use once a minute at most. The page shows the formulas beside them.
func (m measured) curves(rate, sessions float64) facts {
	point := func(replicas, sessions float64) facts {
		requests := replicas * rate
		writes := min(sessions/slideEvery, requests)
		misses := requests*max(0, 1-fits/sessions) + replicas*sessions/livesFor
		return facts{"replicas": replicas, "sessions": sessions, "lookup_per_second": tenth(requests + writes), "cache_per_second": tenth(min(misses, requests) + writes)}
	}
	byReplicas, bySessions := []facts{}, []facts{}
	for _, n := range []float64{1, 2, 4, 8, 16, 32} {
		byReplicas = append(byReplicas, point(n, sessions))
	}
	for _, n := range []float64{1_000, 10_000, 100_000, 1_000_000} {
		bySessions = append(bySessions, point(fewReplicas, n))
	}
	bits := func(bytes int) float64 { return tenth(rate * float64(bytes) * 8 / 1000) }
	return facts{
		"simulated": true, "by_replicas": byReplicas, "by_sessions": bySessions, "replicas": fewReplicas,
		"formulas": facts{
			"writes":    "min(sessions ÷ 60 s, replicas × rate)",
			"lookup":    "replicas × rate + writes",
			"cache":     "min(replicas × rate × max(0, 1 − 131,072 ÷ sessions) + replicas × sessions ÷ 43,200 s, replicas × rate) + writes",
			"bandwidth": "rate × bytes of the header × 8",
		},
		"measured": facts{"lookup_ms": m.lookUpMS, "lookups_per_second": m.perSecond, "cached_ms": m.cachedMS,
			"cookie_bytes": m.cookieBytes, "token_bytes": m.tokenBytes},
		"bandwidth": facts{"cookie_kbit_per_second": bits(m.cookieBytes), "token_kbit_per_second": bits(m.tokenBytes)},
	}
}

func tenth(n float64) float64 { return math.Round(n*10) / 10 }
