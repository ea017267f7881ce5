package main

import "vestibule/backend/sample"

// sampler notes what this replica does, for an administrator's overview.
func (r *replica) sampler() *sample.Sampler {
	return &sample.Sampler{Store: r.samples, Replica: r.name(), Take: r.counts, Now: r.clock.Now,
		Failed: func(err error) { r.log.Warn("write a sample of what this replica does", "error", err) }}
}

// counts turns telemetry's figures into the domain's, so that neither knows the other.
func (r *replica) counts() sample.Counts {
	t := r.metrics.Take()
	counts := sample.Counts{SignIns: t.SignIns, SignInFailures: t.SignInFailures, Exchanges: t.Exchanges, LookupsCache: t.LookupsCache,
		LookupsDatabase: t.LookupsDatabase, LookupsRefused: t.LookupsRefused, Revocations: t.Revocations}
	if t.Revocations > 0 {
		counts.DelayP50, counts.DelayP99 = &t.DelayP50, &t.DelayP99
	}
	return counts
}
