package httpapi

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/session"
	"vestibule/backend/user"
)

// access says who may pass. The zero value is nobody, so that a row which forgets it is closed.
type access int

const (
	nobody access = iota
	anyone
	signedIn
	caller        // signed in, or with an access token
	administrator // signed in, with the role admin at this very moment
)

// String is for the golden file.
func (a access) String() string {
	return [...]string{"nobody", "anyone", "signed in", "signed in or token", "admin"}[a]
}

// activity says whether a request is a person's doing and slides the session.
type activity int

const (
	slides activity = iota
	passive
	declared // by the downstream, for each path
)

// String is for the golden file.
func (a activity) String() string { return [...]string{"slides", "passive", "declared"}[a] }

// route is one row of the table. Every request passes the cross-site rule before any row is looked
// at; nothing here can switch it off.
type route struct {
	method   string // "*" for every method
	path     string
	access   access
	fresh    bool // demands a proof that is no older than the policy says
	activity activity
	handle   fiber.Handler
}

// table is every address that the public door answers with something other than a page. A diff in
// testdata/routes.golden, which is made from it, is a security review.
func (a *api) table() []route {
	return []route{
		{"POST", "/auth/register", anyone, false, passive, a.register},
		{"POST", "/auth/login", anyone, false, passive, a.login},
		{"POST", "/auth/logout", signedIn, false, passive, a.logout},
		{"POST", "/auth/step-up", signedIn, false, slides, a.stepUp},
		{"GET", "/auth/session", signedIn, false, passive, a.session},
		{"GET", "/auth/live", signedIn, false, passive, a.live},
		{"GET", "/auth/sessions", signedIn, false, slides, a.listSessions},
		{"DELETE", "/auth/sessions/:sid", signedIn, true, slides, a.endSession},
		{"DELETE", "/auth/sessions", signedIn, true, slides, a.endOthers},
		{"POST", "/auth/password", signedIn, false, slides, a.changePassword},
		{"GET", "/auth/events", signedIn, false, slides, a.listEvents},
		{"*", "/api/:downstream", caller, false, declared, a.proxy},
		{"*", "/api/:downstream/*", caller, false, declared, a.proxy},
		{"GET", "/oauth/authorize", anyone, false, passive, a.authorize},
		{"POST", "/oauth/authorize", signedIn, false, slides, a.approve},
		{"POST", "/oauth/device_authorization", anyone, false, passive, machine(a.Log, a.beginDevice)},
		{"POST", "/oauth/device", signedIn, false, slides, a.approveDevice},
		{"POST", "/oauth/token", anyone, false, passive, machine(a.Log, a.giveToken)},
		{"POST", "/oauth/revoke", anyone, false, passive, machine(a.Log, a.revoke)},
		{"GET", "/admin/overview", administrator, false, passive, a.adminOverview},
		{"GET", "/admin/users", administrator, false, slides, a.adminUsers},
		{"GET", "/admin/users/:id", administrator, false, slides, a.adminUser},
		{"PATCH", "/admin/users/:id", administrator, true, slides, a.adjustUser},
		{"DELETE", "/admin/users/:id/sessions", administrator, true, slides, a.adminEndUser},
		{"GET", "/admin/sessions", administrator, false, slides, a.adminSessions},
		{"POST", "/admin/sessions/end", administrator, true, slides, a.adminEndMany},
		{"DELETE", "/admin/sessions/:sid", administrator, true, slides, a.adminEndSession},
		{"GET", "/admin/events", administrator, false, slides, a.adminEvents},
		{"GET", "/admin/events/export", administrator, true, slides, a.exportEvents},
		{"GET", "/admin/keys", administrator, false, slides, a.adminKeys},
		{"POST", "/admin/keys/rotate", administrator, true, slides, a.rotateKeys},
		{"GET", "/admin/downstreams", administrator, false, slides, a.adminDownstreams},
		{"GET", "/.well-known/oauth-authorization-server", anyone, false, passive, a.metadata},
		{"GET", "/.well-known/jwks.json", anyone, false, passive, a.jwks},
	}
}

// reserved are the prefixes below which nothing is ever a page.
var reserved = []string{"/api", "/auth", "/oauth", "/admin", "/.well-known"}

// mount is the only place that registers routes.
func (a *api) mount(app *fiber.App) {
	allowed := map[string][]string{}
	for _, r := range a.routes {
		if r.method == "*" {
			app.All(r.path, a.guard(r))
			continue
		}
		app.Add(r.method, r.path, a.guard(r))
		allowed[r.path] = append(allowed[r.path], r.method)
	}
	for path, methods := range allowed {
		slices.Sort(methods)
		allow := strings.Join(methods, ", ")
		app.All(path, func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderAllow, allow)
			return errMethod
		})
	}
	for _, prefix := range reserved {
		app.All(prefix, nothing)
		app.All(prefix+"/*", nothing)
	}
	a.mountPages(app)
}

func nothing(*fiber.Ctx) error { return errNotFound }

// guard is what stands before every handler.
func (a *api) guard(r route) fiber.Handler {
	guarded := a.guarded(r)
	return func(c *fiber.Ctx) error {
		a.named(c, r.path)
		err := guarded(c)
		if r.activity != declared { // the others are told downstream by downstream
			a.Meter.Answered(r.method+" "+r.path, answeredWith(c, err))
		}
		return err
	}
}

func (a *api) guarded(r route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		switch r.access {
		case anyone:
			return r.handle(c)
		case signedIn, caller, administrator:
		default:
			return errForbidden
		}
		s := stateOf(c)
		s.at = time.Now()
		found, from, err := a.authenticate(c, r)
		if err != nil {
			a.Meter.LookedUp("refused")
			return err
		}
		a.Meter.LookedUp(string(from))
		s.lap("session", string(from))
		s.held = found
		if r.access == administrator {
			if err := a.demandAdmin(c); err != nil {
				return err
			}
		}
		if r.fresh {
			if err := a.demandProof(found.Session(), a.Sessions.Policy.StepUpFreshness); err != nil {
				return err
			}
		}
		if r.activity == slides {
			a.use(c, found)
		}
		return r.handle(c)
	}
}

// demandAdmin asks the database for the role: no session carries one.
func (a *api) demandAdmin(c *fiber.Ctx) error {
	who, err := a.Users.Find(c.UserContext(), current(c).UserID)
	if err == nil && (who.Role != user.RoleAdmin || who.Disabled) {
		err = errForbidden
	}
	return err
}

// use notes a person's doing, unless the page says that it is not.
func (a *api) use(c *fiber.Ctx, held *session.Held) {
	if string(c.Request().Header.Peek("X-Vestibule-Activity")) != "none" {
		a.Sessions.Use(held)
	}
}
