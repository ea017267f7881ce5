// Package config is Vestibule's configuration: one YAML file, each key of which an environment
// variable can override. The comments of Config are its documentation; reference.md is made from
// them, and a test holds the two together.
package config

import (
	"net/netip"
	"net/url"
	"strings"
	"time"

	"vestibule/backend/secret"
)

// Config is everything that can be set. What Load and Development return has passed every check.
// Treat it as immutable. The tags say which values are accepted: `bound` the least and the most,
// `zero` what zero means where it is accepted as well, `oneof` all the words there are.
type Config struct {
	// Where people reach Vestibule: a scheme and a host, nothing after it, as browsers write an origin.
	// It is the issuer of every token and the only origin that may act. `http` only on loopback. Required.
	PublicURL *url.URL `yaml:"public_url"`
	// The public listener, `host:port`. Without a host, all addresses.
	Listen string `yaml:"listen"`
	// The internal listener (health, metrics, keys, revocations, introspection), `host:port`: a private,
	// loopback or link-local address, never a public one, never all of them. A host name, such as a
	// container's own, is looked up once, at start: all its addresses have to be so, and the first of
	// them, IPv4 before IPv6, is the one that is used from then on.
	InternalListen string `yaml:"internal_listen"`
	// A PostgreSQL URL, version 15 or later. It may hold a password: better from the environment. A
	// warning at each start where it allows a connection without TLS to an address that is not private.
	// Required.
	DatabaseURL secret.Value `yaml:"database_url"`
	// The pool of connections to the database.
	Database Database `yaml:"database"`
	// 32 random bytes in base64, which seal the signing keys: `openssl rand -base64 32`. Better from
	// the environment. Required.
	MasterKey secret.Value `yaml:"master_key"`
	// The master key before this one, while it changes: what it sealed is still opened, until
	// `vestibule keys reseal` has sealed it anew.
	MasterKeyPrevious secret.Value `yaml:"master_key_previous"`
	// TLS on the public listener. Leave it out where a proxy ends TLS, and name that proxy in
	// `trusted_proxies`.
	TLS TLS `yaml:"tls"`
	// Addresses or networks (CIDR) of proxies whose `X-Forwarded-For` is believed, never everyone's.
	// Without it, everyone behind one proxy shares that proxy's address, and so its limits on sign-in.
	TrustedProxies []netip.Prefix `yaml:"trusted_proxies"`
	// How long sessions live.
	Session Session `yaml:"session"`
	// Access tokens.
	Token Token `yaml:"token"`
	// The internal services that `/api/{name}/*` goes to.
	Downstreams []Downstream `yaml:"downstreams"`
	// Who may have tokens: command lines, mobile apps, partners, services. None by default.
	Clients []Client `yaml:"clients"`
	// Who may make an account.
	Registration Registration `yaml:"registration"`
	// Limits on sign-in and registration. They hold across all replicas.
	Limits Limits `yaml:"limits"`
	// How passwords are hashed, and how much work that may be at once.
	Password Password `yaml:"password"`
	// The team's own single-page app.
	UI UI `yaml:"ui"`
	// The session cookie.
	Cookie Cookie `yaml:"cookie"`
	// How long requests under way may take after `SIGTERM`, before what is left is cut.
	DrainTimeout time.Duration `yaml:"drain_timeout" bound:"1s 10m"`
	// The log, one line an event on standard error.
	Log Log `yaml:"log"`
}

// Database is the pool.
type Database struct {
	// How many connections one replica opens at most. PostgreSQL's own `max_connections` has to hold
	// for all replicas together.
	MaxConnections int `yaml:"max_connections" bound:"2 1000"`
}

// TLS names a certificate and its key. Both or neither; paths begin at the working directory.
type TLS struct {
	// A file with the certificate chain, PEM.
	Cert string `yaml:"cert"`
	// A file with its private key, PEM.
	Key string `yaml:"key"`
}

// Session holds the two limits of a session, for both sorts.
type Session struct {
	// Without use for so long, a session is over.
	IdleTimeout time.Duration `yaml:"idle_timeout" bound:"1m 720h"`
	// So long after it began, a session is over, used or not.
	AbsoluteLifetime time.Duration `yaml:"absolute_lifetime" bound:"5m 2160h"`
	// The idle timeout with "keep me signed in".
	RememberIdleTimeout time.Duration `yaml:"remember_idle_timeout" bound:"1m 720h"`
	// The absolute lifetime with "keep me signed in".
	RememberAbsoluteLifetime time.Duration `yaml:"remember_absolute_lifetime" bound:"5m 2160h"`
	// How old the last proof may be for something sensitive, before step-up is asked for.
	StepUpFreshFor time.Duration `yaml:"step_up_fresh_for" bound:"1m 60m"`
	// How much memory the sessions that a replica remembers may take, and the tokens issued for them, as
	// bytes or with KiB, MiB or GiB: about a kilobyte for each session. What does not fit is looked up.
	CacheSize Size `yaml:"cache_size" bound:"1MiB 64GiB"`
}

// Token is about access tokens.
type Token struct {
	// How long an access token is good for.
	Lifetime time.Duration `yaml:"lifetime" bound:"1m 15m"`
	// What new signing keys sign with. Keys made before keep theirs until they rotate.
	Algorithm string `yaml:"algorithm" oneof:"ES256 EdDSA RS256"`
	// Without a use of its refresh token for so long, a client's session is over.
	RefreshIdleTimeout time.Duration `yaml:"refresh_idle_timeout" bound:"5m 2160h"`
	// So long after it began, a client's session is over, used or not.
	RefreshAbsoluteLifetime time.Duration `yaml:"refresh_absolute_lifetime" bound:"5m 2160h"`
	// How long after its first use the newest used refresh token gets the same successor again: its answer
	// was lost, or two requests raced. Any other used one ends its session.
	RefreshRetryWithin time.Duration `yaml:"refresh_retry_within" bound:"1s 30s"`
}

// Downstream is one internal service.
type Downstream struct {
	// Its name in the path: small letters, digits and, between them, hyphens, 32 at most. Required.
	Name string `yaml:"name"`
	// Where it is: scheme, host and, if need be, a path that goes in front. Plain `http` only on
	// loopback, unless `insecure` is true. Required.
	URL *url.URL `yaml:"url"`
	// The audience of the tokens that it gets, its own alone, and never the public URL. Required.
	Audience string `yaml:"audience"`
	// Allowed methods. Empty: all.
	Methods []string `yaml:"methods"`
	// Allowed path prefixes, after the name, each beginning with a slash. Empty: all.
	Paths []string `yaml:"paths"`
	// Paths, as in `paths`, that a page asks for without a person's doing, such as polling: they do not
	// extend the session. None by default.
	Passive []string `yaml:"passive"`
	// Roles that may call it, `user` or `admin`. Empty: everyone who is signed in.
	Roles []string `yaml:"roles"`
	// How old the last proof may be, at most, to call it.
	StepUp time.Duration `yaml:"step_up" bound:"1m 60m" zero:"no step-up"`
	// How long connecting may take.
	ConnectTimeout time.Duration `yaml:"connect_timeout" bound:"10ms 1m"`
	// How long its answer may take to begin.
	HeaderTimeout time.Duration `yaml:"header_timeout" bound:"10ms 1h"`
	// How long an answer under way may be silent.
	IdleTimeout time.Duration `yaml:"idle_timeout" bound:"100ms 24h"`
	// The largest request body, as bytes or with KiB, MiB or GiB.
	MaxBody Size `yaml:"max_body" bound:"1KiB 100GiB"`
	// Other origins that its `Location` may name. Any other becomes a 502.
	Redirects []string `yaml:"redirects"`
	// Personal claims that it gets in its tokens: `email`, `name`. None by default.
	Claims []string `yaml:"claims"`
	// Allows plain `http` to an address that is not loopback. A warning at each start: whoever is on
	// that network can read and use the tokens.
	Insecure bool `yaml:"insecure"`
}

// Client is someone who may have tokens.
type Client struct {
	// Its `client_id`: small letters, digits and, between them, hyphens, 64 at most. `vestibule` is
	// taken. Required.
	ID string `yaml:"id"`
	// What people are shown when they are asked to approve. Without one, the id.
	Name string `yaml:"name"`
	// Exact redirect URIs: `https`, or `http` on loopback. One on a loopback address fits with any port
	// (RFC 8252, 7.3). Required for `authorization_code`.
	RedirectURIs []string `yaml:"redirect_uris"`
	// What it may do: `authorization_code`, `device_code`, `refresh_token`, `token_exchange`,
	// `client_credentials`. Required.
	Grants []string `yaml:"grants"`
	// Makes it a confidential client: `sha256:` and the SHA-256, in hex, of a secret that was made from
	// at least 32 random bytes. Required for `token_exchange` and `client_credentials`.
	SecretHash string `yaml:"secret_hash"`
	// Its own audience, which a subject token must be for, never the public URL. Required for
	// `token_exchange`.
	Audience string `yaml:"audience"`
	// The audiences that its users' tokens can be exchanged for at `/api`. Empty: all. A service that it reaches
	// may exchange further, for its own `targets`.
	Audiences []string `yaml:"audiences"`
	// The audiences that it may get tokens for by itself (`token_exchange`, `client_credentials`),
	// never the public URL.
	Targets []string `yaml:"targets"`
}

// Confidential reports whether the client has a secret.
func (c Client) Confidential() bool { return c.SecretHash != "" }

// Registration is about new accounts.
type Registration struct {
	// Whether people can make an account themselves.
	Enabled bool `yaml:"enabled"`
	// Whether an address is proved before an account is made. Only `false` is accepted so far: this
	// version sends no e-mail.
	VerifyFirst bool `yaml:"verify_first"`
}

// Limits are explained with the package user.
type Limits struct {
	// How long failures of one account and network address, or of one network address, are added up.
	Window time.Duration `yaml:"window" bound:"1m 24h"`
	// Failures of one account from one network address in the window, before it has to wait.
	PerAccountAndAddress int `yaml:"per_account_and_address" bound:"1 100"`
	// Failures from one network address in the window (for IPv6, one /64), before it has to wait.
	PerAddress int `yaml:"per_address" bound:"1 100000"`
	// Failures in a row for one account, from anywhere, after which everyone who would sign in to it has
	// to wait: a minute at most.
	AccountSlowAfter int `yaml:"account_slow_after" bound:"1 100"`
	// Failures in a row for one account, from anywhere, after which nobody signs in to it until an
	// administrator unlocks it (NIST SP 800-63B-4, 3.2.2).
	AccountStopAfter int `yaml:"account_stop_after" bound:"10 100"`
	// The first wait. Each further failure doubles it.
	FirstWait time.Duration `yaml:"first_wait" bound:"1s 15m"`
	// The longest wait.
	LongestWait time.Duration `yaml:"longest_wait" bound:"30s 1h"`
	// Registrations from one network address in the window, whether they succeed or not.
	RegistrationsPerAddress int `yaml:"registrations_per_address" bound:"1 100000"`
}

// Password holds Argon2id's parameters, and bounds for the work. At least 47104 KiB with one pass,
// or 19456 KiB with two (OWASP).
type Password struct {
	// Memory for one hash, in KiB. When it rises, people's hashes follow as they sign in.
	MemoryKiB int `yaml:"memory_kib" bound:"19456 4194304"`
	// Passes over that memory.
	Iterations int `yaml:"iterations" bound:"1 64"`
	// Threads for one hash.
	Parallelism int `yaml:"parallelism" bound:"1 16"`
	// How many hashes are computed at once. Each takes a core and the memory above.
	Slots int `yaml:"slots" bound:"1 256" zero:"half the cores, one at least and two at most"`
	// How many may wait for a slot. Beyond it, 503 `busy`.
	Queue int `yaml:"queue" bound:"1 10000"`
}

// UI is the team's own app.
type UI struct {
	// A folder with the built app, `index.html` in it. Empty: `/` leads to `/account/`. Where a build
	// left a compressed copy beside a file, with `.br` or `.gz` at the end of its name, that is sent to
	// browsers that take it. What lies in `assets/` is kept by browsers for a year and not asked for
	// again: its names have to change with what is in it, as a build's do. An address that is no file
	// gets `index.html`, where it is a page that the browser asks for. Or, while the app is being made, the URL of its development server, `http`
	// and on loopback, such as `http://127.0.0.1:5173`: whatever is not Vestibule's own is passed to it,
	// hot reload too, without a cookie of Vestibule's; the Content-Security-Policy then only reports.
	App string `yaml:"app"`
	// The Content-Security-Policy of the app's pages. Each `%s` in it becomes a nonce, and so does each
	// `__CSP_NONCE__` in a page. Empty: `default-src 'none'; script-src 'self'; style-src 'self'
	// 'nonce-%s'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; font-src 'self';
	// connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action
	// 'self'`.
	ContentSecurityPolicy string `yaml:"content_security_policy"`
}

// Server gives the development server that App names, or nil where App is a folder or empty.
func (u UI) Server() *url.URL {
	if !strings.Contains(u.App, "://") {
		return nil
	}
	at, err := url.Parse(u.App)
	if err != nil {
		return nil
	}
	at.Path, at.RawPath = "", "" // a slash at the end is none
	return at
}

// Cookie is the session cookie.
type Cookie struct {
	// Drops the `__Host-` prefix and `Secure` from the cookie, for Safari, which stores no `Secure`
	// cookie on http://localhost. Refused anywhere but on loopback.
	InsecureOnLoopback bool `yaml:"insecure_on_loopback"`
}

// Log is about the log.
type Log struct {
	// `json` for machines, `text` for people.
	Format string `yaml:"format" oneof:"json text"`
	// The least level that is written.
	Level string `yaml:"level" oneof:"debug info warn error"`
}

// Default is what holds where nothing is said.
func Default() *Config {
	return &Config{
		Listen:         "127.0.0.1:8080",
		InternalListen: "127.0.0.1:8081",
		Database:       Database{MaxConnections: 20},
		Session: Session{
			IdleTimeout: 30 * time.Minute, AbsoluteLifetime: 12 * time.Hour,
			RememberIdleTimeout: 14 * day, RememberAbsoluteLifetime: 30 * day,
			StepUpFreshFor: 10 * time.Minute, CacheSize: 128 << 20,
		},
		Token: Token{
			Lifetime: 5 * time.Minute, Algorithm: "ES256",
			RefreshIdleTimeout: 14 * day, RefreshAbsoluteLifetime: 90 * day, RefreshRetryWithin: 10 * time.Second,
		},
		Registration: Registration{Enabled: true},
		Limits: Limits{
			Window: 15 * time.Minute, PerAccountAndAddress: 5, PerAddress: 50,
			AccountSlowAfter: 20, AccountStopAfter: 100,
			FirstWait: 30 * time.Second, LongestWait: 15 * time.Minute, RegistrationsPerAddress: 30,
		},
		Password:     Password{MemoryKiB: 19 * 1024, Iterations: 2, Parallelism: 1, Queue: 64},
		DrainTimeout: 15 * time.Second,
		Log:          Log{Format: "json", Level: "info"},
	}
}

// defaultDownstream is what holds for a downstream where nothing is said.
func defaultDownstream() Downstream {
	return Downstream{
		ConnectTimeout: 5 * time.Second, HeaderTimeout: 30 * time.Second, IdleTimeout: 5 * time.Minute,
		MaxBody: 100 << 20,
	}
}

// NewDownstream makes one with the defaults for everything else. It checks nothing.
func NewDownstream(name string, at *url.URL, audience string) Downstream {
	d := defaultDownstream()
	d.Name, d.URL, d.Audience = name, at, audience
	return d
}
