package main

import "vestibule/backend/session"

// heard counts the end of a session, and how late we heard of it: by the database's clock, from the
// moment of the deletion, which is a little before its commit. What ended before this replica was there is
// read when it starts, and nobody waited for that.
func (r *replica) heard(one session.Revocation) {
	if one.EndedAt.Before(r.began) {
		return
	}
	r.metrics.Revoked(string(one.Reason), r.clock.Now().Sub(one.EndedAt))
}

// gauges are the figures that are asked for when somebody scrapes.
func (r *replica) gauges() {
	truth := func(is bool) float64 {
		if is {
			return 1
		}
		return 0
	}
	pool := r.db.Pool
	for _, g := range []struct {
		name, help string
		value      func() float64
	}{
		{"vestibule_listener_proven", "1 while it is proven that the database's notifications arrive; while 0, every request asks the database.", func() float64 { return truth(r.listener.Proven()) }},
		{"vestibule_clock_skew_seconds", "How far the database's clock is ahead of this replica's.", func() float64 { return r.clock.Skew().Seconds() }},
		{"vestibule_sessions_cached", "Sessions in the cache.", func() float64 { n, _ := r.memory.Cache.Size(); return float64(n) }},
		{"vestibule_session_cache_bytes", "About how much memory the cache takes, tokens included.", func() float64 { _, b := r.memory.Cache.Size(); return float64(b) }},
		{"vestibule_revocations_held", "Ended sessions that still matter to someone.", func() float64 { return float64(r.memory.Revocations.Len()) }},
		{"vestibule_flights_open", "Requests and streams under way for a session.", func() float64 { return float64(r.memory.Watch.Open()) }},
		{"vestibule_database_connections_busy", "Connections of the pool that are in use.", func() float64 { return float64(pool.Stat().AcquiredConns()) }},
		{"vestibule_database_connections_idle", "Connections of the pool that wait.", func() float64 { return float64(pool.Stat().IdleConns()) }},
		{"vestibule_database_connections_most", "As many as there may be.", func() float64 { return float64(pool.Stat().MaxConns()) }},
		{"vestibule_database_waits_total", "How often a connection had to be waited for.", func() float64 { return float64(pool.Stat().EmptyAcquireCount()) }},
	} {
		r.metrics.Gauge(g.name, g.help, g.value)
	}
}
