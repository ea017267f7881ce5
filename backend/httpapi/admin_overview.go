package httpapi

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/sample"
)

type stepJSON struct {
	At                   time.Time `json:"at"`
	SessionsBrowser      *int64    `json:"sessions_browser"`
	SessionsClient       *int64    `json:"sessions_client"`
	SignIns              int64     `json:"sign_ins"`
	SignInFailures       int64     `json:"sign_in_failures"`
	Exchanges            int64     `json:"exchanges"`
	LookupsCache         int64     `json:"lookups_cache"`
	LookupsDatabase      int64     `json:"lookups_database"`
	LookupsRefused       int64     `json:"lookups_refused"`
	Revocations          int64     `json:"revocations"`
	RevocationDelayP50MS *float64  `json:"revocation_delay_p50_ms"`
	RevocationDelayP99MS *float64  `json:"revocation_delay_p99_ms"`
}

func shownStep(s sample.Sum) stepJSON {
	ms := func(d *time.Duration) *float64 {
		if d == nil {
			return nil
		}
		told := float64(d.Microseconds()) / 1000
		return &told
	}
	return stepJSON{At: s.At.UTC(), SessionsBrowser: s.SessionsBrowser, SessionsClient: s.SessionsClient, SignIns: s.SignIns, SignInFailures: s.SignInFailures,
		Exchanges: s.Exchanges, LookupsCache: s.LookupsCache, LookupsDatabase: s.LookupsDatabase, LookupsRefused: s.LookupsRefused,
		Revocations: s.Revocations, RevocationDelayP50MS: ms(s.DelayP50), RevocationDelayP99MS: ms(s.DelayP99)}
}

func (a *api) adminOverview(c *fiber.Ctx) error {
	v := queryValues(c)
	since := v.moment("since")
	if err := v.err(); err != nil {
		return err
	}
	seen, err := a.Overview.Overview(c.UserContext(), since)
	if err != nil {
		return err
	}
	replicas, steps, ended := []fiber.Map{}, make([]stepJSON, len(seen.Sums)), []fiber.Map{}
	for _, r := range seen.Replicas {
		replicas = append(replicas, fiber.Map{"name": r.Name, "at": r.At.UTC()})
	}
	for i, s := range seen.Sums {
		steps[i] = shownStep(s)
	}
	for _, e := range seen.Ended {
		ended = append(ended, fiber.Map{"reason": e.Reason, "n": e.N})
	}
	return c.JSON(fiber.Map{
		"now": seen.Now.UTC(), "users": seen.Users, "sessions": fiber.Map{"browser": seen.SessionsBrowser, "client": seen.SessionsClient},
		"replicas": replicas, "step": int(sample.Step.Seconds()), "samples": steps, "ended": ended,
	})
}
