// Package httpapi is the doors: the route table with a required guard per row, what every request
// passes through, cookies, problem documents, and handlers that read, call one service, and write.
package httpapi

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel/trace"

	"vestibule/backend/approval"
	"vestibule/backend/client"
	"vestibule/backend/event"
	"vestibule/backend/gateway"
	"vestibule/backend/patience"
	"vestibule/backend/refresh"
	"vestibule/backend/sample"
	"vestibule/backend/session"
	"vestibule/backend/token"
	"vestibule/backend/user"
	"vestibule/backend/verifier"
)

const (
	readBuffer  = 16 << 10         // the head of a request, cookies and tokens included
	idleTimeout = 75 * time.Second // of a kept connection; longer than the usual proxy's 60 s
)

// Events reads the account of what happened.
type Events interface {
	// Of lists a user's events below a number (0: from the newest), newest first, limit at most. Where
	// names are given, only those; `noun.*` is all of a noun.
	Of(ctx context.Context, userID uuid.UUID, names []event.Name, before int64, limit int) ([]event.Recorded, error)
	// Search lists everyone's events after a mark, the newest first, limit at most.
	Search(ctx context.Context, filter event.Filter, after event.Mark, limit int) ([]event.Told, error)
	// Note writes an event that tells of nothing else that is kept, and gives its place in the account.
	Note(ctx context.Context, one event.Event) (event.Mark, error)
}

// Config is everything the public door is made from. All of it is required, unless said otherwise.
type Config struct {
	PublicURL      *url.URL
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed; may be empty
	InsecureCookie bool           // the name without prefix, and no Secure: for Safari on loopback
	Development    bool           // Server-Timing for everyone
	CSP            string         // for the team's own app; empty for ours
	ReadTimeout    time.Duration  // for a request's head, and between the pieces of its body
	Users          *user.Service
	Sessions       *session.Service
	Watch          *session.Watch
	Events         Events
	Gateway        *gateway.Gateway
	Issuer         *token.Issuer
	JWKS           func() []byte
	Keys           verifier.Keys // the same
	// KeysHeard makes sure that Keys knows of every key that was revoked a second ago: where that is not
	// proven, it asks the database.
	KeysHeard    func(context.Context) error
	Keeper       *token.Keeper // for administrators
	Replica      string        // the name of this one, for them
	Overview     *sample.Service
	Clients      *client.Registry
	ClientLimits session.Limits // of the sessions of clients that may refresh
	Approvals    *approval.Service
	Refresh      *refresh.Service
	Account      fs.FS        // the built-in pages
	App          fs.FS        // the team's own app; nil for none
	DevServer    *gateway.App // the server of it while it is being made, in place of App; nil for none
	Meter        Meter
	Tracer       trace.Tracer // nil for none
	Now          func() time.Time
	Log          *slog.Logger
	Draining     context.Context // done when the drain begins: open streams end
}

// api holds the doors' dependencies. Safe for concurrent use.
type api struct {
	Config
	publicOrigin string
	onLoopback   bool // the public URL is
	cookie       cookie
	routes       []route
	issuing      issuing
	bearers      *bearers
	verifyOwn    *verifier.Verifier // access tokens that are for this very door
}

// New makes the public door.
func New(config Config) *fiber.App {
	a := &api{Config: config, publicOrigin: config.PublicURL.Scheme + "://" + config.PublicURL.Host}
	a.onLoopback = isLoopback(config.PublicURL.Hostname())
	a.cookie = newCookie(config.InsecureCookie)
	a.bearers, a.verifyOwn = newBearers(), newVerifier(config.Keys, a.publicOrigin, a.publicOrigin, config.Now)
	app := newFiber(config.Log, config.ReadTimeout, a.secure)
	app.Use(a.enter)
	a.routes = a.table()
	a.mount(app)
	return app
}

// newFiber sets what the stack's traps ask for (STYLE.md): strings that don't alias a buffer, no
// head of a request in an answer, bodies that stream. secure puts on the headers of an answer, also
// where a request is refused before it reaches the app.
func newFiber(log *slog.Logger, readTimeout time.Duration, secure func(*fiber.Ctx)) *fiber.App {
	app := fiber.New(fiber.Config{
		AppName: "vestibule", DisableStartupMessage: true,
		Immutable: true, CaseSensitive: true, StrictRouting: true, UnescapePath: false,
		StreamRequestBody: true, DisablePreParseMultipartForm: true,
		ReadBufferSize: readBuffer, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		ErrorHandler: problem(log, secure),
	})
	server := app.Server()
	server.Handler = outermost(app, server.Handler)
	refuse := server.ErrorHandler
	server.ErrorHandler = func(ctx *fasthttp.RequestCtx, err error) { // no request could be read
		patience.Refuse(ctx.Conn())
		refuse(ctx, err)
	}
	server.SecureErrorLogMessage = true
	server.NoDefaultServerHeader = true
	server.NoDefaultContentType = true
	server.CloseOnShutdown = true
	return app
}

// outermost stands around Fiber: what Fiber would answer in its own words (a method that it does not
// know), or not survive (a panic would end everybody's requests), becomes a problem document too.
func outermost(app *fiber.App, inner fasthttp.RequestHandler) fasthttp.RequestHandler {
	refuse := func(ctx *fasthttp.RequestCtx, err error) {
		c := app.AcquireCtx(ctx)
		defer app.ReleaseCtx(c)
		_ = app.ErrorHandler(c, err) // ours only fails where JSON does
	}
	return func(ctx *fasthttp.RequestCtx) {
		defer func() {
			if broken := recover(); broken != nil {
				ctx.Response.Reset()
				ctx.SetConnectionClose()
				refuse(ctx, fmt.Errorf("a panic: %v\n%s", broken, debug.Stack()))
			}
		}()
		if !slices.Contains(fiber.DefaultMethods, string(ctx.Method())) {
			refuse(ctx, errMethod)
			return
		}
		inner(ctx)
		if ctx.Response.ConnectionClose() { // with more to come, maybe
			patience.Refuse(ctx.Conn())
		}
	}
}
