package main

import (
	"runtime"

	"vestibule/backend/config"
	"vestibule/backend/gateway"
	"vestibule/backend/user"
)

// The configuration's words become the domain's here, so that neither knows the other.

func hashing(p config.Password) user.Hashing {
	slots := p.Slots
	if slots == 0 {
		slots = min(max(runtime.NumCPU()/2, 1), 2) // the other half of the cores is for everything else
	}
	return user.Hashing{
		MemoryKiB: uint32(p.MemoryKiB), Iterations: uint32(p.Iterations), Parallelism: uint8(p.Parallelism), //nolint:gosec // bounded by the configuration
		Slots: slots, Queue: p.Queue,
	}
}

func limits(l config.Limits) user.Limits {
	return user.Limits{
		PairFree: l.PerAccountAndAddress, AddressFree: l.PerAddress, AccountFree: l.AccountSlowAfter, AccountStop: l.AccountStopAfter,
		RegistrationFree: l.RegistrationsPerAddress, Window: l.Window, First: l.FirstWait, Most: l.LongestWait,
	}
}

func downstreams(configured []config.Downstream) []gateway.Downstream {
	made := make([]gateway.Downstream, len(configured))
	for i, d := range configured {
		made[i] = gateway.Downstream{
			Name: d.Name, URL: d.URL, Audience: d.Audience, Methods: d.Methods, Paths: d.Paths, Passive: d.Passive, Roles: d.Roles, StepUp: d.StepUp,
			ConnectTimeout: d.ConnectTimeout, HeaderTimeout: d.HeaderTimeout, IdleTimeout: d.IdleTimeout, MaxBody: int64(d.MaxBody),
			Redirects: d.Redirects, Claims: d.Claims,
		}
	}
	return made
}
