package httpapi

import (
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/gateway"
	"vestibule/backend/token"
)

type downstreamJSON struct {
	Name            string     `json:"name"`
	URL             string     `json:"url"`
	Audience        string     `json:"audience"`
	Claims          []string   `json:"claims"` // all that its tokens carry
	Roles           []string   `json:"roles"`  // empty: everyone
	StepUpMaxAge    *int       `json:"step_up_max_age"`
	Methods         []string   `json:"methods"` // empty: all
	Paths           []string   `json:"paths"`   // empty: all
	Passive         []string   `json:"passive"`
	Redirects       []string   `json:"redirects"`
	MaxBody         int64      `json:"max_body"`
	HeaderTimeoutMS int64      `json:"header_timeout_ms"`
	IdleTimeoutMS   int64      `json:"idle_timeout_ms"`
	Open            int        `json:"open"`
	Replica         string     `json:"replica"`
	Health          healthJSON `json:"health"`
}

type healthJSON struct {
	State     gateway.State `json:"state"`
	Since     *time.Time    `json:"since"`
	LastError *string       `json:"last_error"`
	Requests  int           `json:"requests"`
	Failures  int           `json:"failures"`
	P50MS     *float64      `json:"p50_ms"`
	P99MS     *float64      `json:"p99_ms"`
}

// adminDownstreams tells how the downstreams are configured, and how they do, as this replica has seen.
func (a *api) adminDownstreams(c *fiber.Ctx) error {
	all := a.Gateway.Downstreams()
	listed := make([]downstreamJSON, len(all))
	for i, d := range all {
		is := a.Gateway.Health(d.Name)
		listed[i] = downstreamJSON{
			Name: d.Name, URL: withoutUser(d.URL), Audience: d.Audience, Claims: append(slices.Clone(token.Usual), d.Claims...),
			Roles: orEmpty(d.Roles), Methods: orEmpty(d.Methods), Paths: orEmpty(d.Paths), Passive: orEmpty(d.Passive), Redirects: orEmpty(d.Redirects),
			MaxBody: d.MaxBody, HeaderTimeoutMS: d.HeaderTimeout.Milliseconds(), IdleTimeoutMS: d.IdleTimeout.Milliseconds(),
			Open: is.Open, Replica: a.Replica, Health: shownHealth(is),
		}
		if d.StepUp > 0 {
			seconds := int(d.StepUp.Seconds())
			listed[i].StepUpMaxAge = &seconds
		}
	}
	return c.JSON(fiber.Map{"downstreams": listed})
}

func shownHealth(is gateway.Health) healthJSON {
	shown := healthJSON{State: is.State, Requests: is.Requests, Failures: is.Failures, P50MS: msOrNull(is.P50), P99MS: msOrNull(is.P99)}
	if !is.Since.IsZero() {
		shown.Since = utcOrNull(&is.Since)
	}
	if is.LastError != "" {
		shown.LastError = &is.LastError
	}
	return shown
}

// msOrNull is null where there is nothing of which it could be told.
func msOrNull(d time.Duration) *float64 {
	if d == 0 {
		return nil
	}
	ms := float64(d.Microseconds()) / 1000
	return &ms
}

func orEmpty(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}

// withoutUser leaves out what nobody is to read, should an address ever have it.
func withoutUser(at *url.URL) string {
	bare := *at
	bare.User = nil
	return bare.String()
}
