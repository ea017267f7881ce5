package main

import (
	"runtime"

	"vestibule/backend/client"
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

// grants are the configuration's words for them.
var grants = map[string]client.Grant{
	"authorization_code": client.AuthorizationCode, "device_code": client.DeviceCode, "refresh_token": client.RefreshToken,
	"client_credentials": client.Credentials, "token_exchange": client.TokenExchange,
}

func clients(configured []config.Client) []client.Client {
	made := make([]client.Client, len(configured))
	for i, c := range configured {
		made[i] = client.Client{ID: c.ID, Name: c.Name, RedirectURIs: c.RedirectURIs, SecretSum: client.ParseSecretHash(c.SecretHash),
			Audience: c.Audience, Audiences: c.Audiences, Targets: c.Targets}
		for _, name := range c.Grants {
			made[i].Grants = append(made[i].Grants, grants[name])
		}
	}
	return made
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
