// Package telemetry counts and times what a replica does, for an operator's Prometheus, and sends its
// traces to an OpenTelemetry collector. It imports nobody of ours: what is counted is told to it, or
// asked for when somebody scrapes.
package telemetry

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// latencies are buckets in seconds: a cached look-up takes microseconds, a downstream up to half a minute.
var latencies = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// Metrics are all that a replica counts. Units are base units (seconds, bytes), as Prometheus has it.
// Safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry

	lookUps     *prometheus.CounterVec
	proxies     sync.Map // of *proxy, by downstream: to find a figure by its labels costs more than to count
	byOutcome   map[string]prometheus.Counter
	issued      *prometheus.CounterVec
	exchanges   *prometheus.CounterVec
	revocations *prometheus.CounterVec
	delay       prometheus.Histogram
	proxied     *prometheus.HistogramVec
	requests    *prometheus.CounterVec

	signIns, signInFailures atomic.Int64
	delays                  delays
	taking                  sync.Mutex
	taken                   Taken // when it was last asked, in all
}

// NewMetrics makes them, with those of the process and of Go's runtime.
func NewMetrics() *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &Metrics{
		registry:    prometheus.NewRegistry(),
		lookUps:     counter("vestibule_session_lookups_total", "Sessions looked up for a request, by outcome: found in the cache, found in the database, or refused.", "outcome"),
		issued:      counter("vestibule_tokens_issued_total", "Access tokens that were signed, by audience.", "audience"),
		exchanges:   counter("vestibule_exchanges_total", "Requests for which a session was exchanged for a downstream's token, by downstream and whether the token was there.", "downstream", "token"),
		revocations: counter("vestibule_revocations_total", "Ended sessions that this replica has heard of, by reason.", "reason"),
		requests:    counter("vestibule_requests_total", "Requests of the public door outside /api, by route and status.", "route", "status"),
		delay: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "vestibule_revocation_delay_seconds", Buckets: latencies,
			Help: "From the end of a session, as the database has it, to this replica's refusing it."}),
		proxied: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "vestibule_proxy_duration_seconds", Buckets: latencies,
			Help: "Until a downstream's answer began, by downstream and class of its status; 5xx where it can't be had."}, []string{"downstream", "status"}),
	}
	m.byOutcome = map[string]prometheus.Counter{}
	for _, outcome := range []string{"cache", "database", "refused"} {
		m.byOutcome[outcome] = m.lookUps.WithLabelValues(outcome)
	}
	m.registry.MustRegister(m.lookUps, m.issued, m.exchanges, m.revocations, m.requests, m.delay, m.proxied,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Gauge adds a figure that is asked for when somebody scrapes. value must be safe for concurrent use.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// LookedUp counts a look-up of a session: cache, database or refused.
func (m *Metrics) LookedUp(outcome string) { m.byOutcome[outcome].Inc() }

// proxy is the figures of one downstream.
type proxy struct {
	cached, issued prometheus.Counter
	byClass        [6]prometheus.Observer // of its status
}

func (m *Metrics) proxy(downstream string) *proxy {
	found, is := m.proxies.Load(downstream)
	if !is {
		p := &proxy{cached: m.exchanges.WithLabelValues(downstream, "cached"), issued: m.exchanges.WithLabelValues(downstream, "issued")}
		for class := range p.byClass {
			p.byClass[class] = m.proxied.WithLabelValues(downstream, strconv.Itoa(class)+"xx")
		}
		found, _ = m.proxies.LoadOrStore(downstream, p)
	}
	return found.(*proxy)
}

// Exchanged counts a request for which a session was exchanged; token is cached or issued.
func (m *Metrics) Exchanged(downstream, audience, token string) {
	if token == "cached" {
		m.proxy(downstream).cached.Inc()
		return
	}
	m.proxy(downstream).issued.Inc()
	m.issued.WithLabelValues(audience).Inc()
}

// Proxied times a downstream's answer. status is the one that the browser gets.
func (m *Metrics) Proxied(downstream string, status int, took time.Duration) {
	m.proxy(downstream).byClass[min(max(status/100, 0), 5)].Observe(took.Seconds())
}

// Answered counts a request outside /api.
func (m *Metrics) Answered(route string, status int) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.signedIn(route, status)
}

// Revoked counts the end of a session that this replica has heard of, and times how late.
func (m *Metrics) Revoked(reason string, delay time.Duration) {
	m.revocations.WithLabelValues(reason).Inc()
	m.delay.Observe(max(0, delay).Seconds())
	m.delays.add(max(0, delay))
}

// Handler answers a scrape.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 5 * time.Second})
}
