// Package verifier checks, in a service written in Go, the tokens that Vestibule sends along with the
// requests that it proxies: access tokens as RFC 9068 has them, signed by a key of the issuer's JWKS, for
// this service's own audience. It is strict as RFC 8725 asks, and it needs nothing else of Vestibule's.
//
// # With net/http
//
// Make one Verifier for the process, and put its Middleware before what it protects. A handler finds the
// claims in the request's context.
//
//	v, err := verifier.New(verifier.Config{
//		Issuer:   "https://app.example.com", // Vestibule's public URL, without a slash at its end
//		Audience: "orders",                  // as Vestibule's configuration has it for this downstream
//		JWKSURL:  "http://vestibule.internal:8081/.well-known/jwks.json",
//	})
//	http.Handle("/", v.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
//		claims, _ := verifier.FromContext(r.Context())
//		fmt.Fprintf(w, "Hello, %s.", claims.Subject)
//	})))
//
// A request without one valid token is answered with a problem document (RFC 9457): 401, or 503 where it is
// no fault of the token. It never says why a token was refused; Authenticate tells that to your logs.
//
// # With Fiber, and with anything else
//
// Package fiberverifier, beneath this one, is the same for Fiber. For other frameworks, call Authenticate
// with all the Authorization headers of a request, or Verify with a token.
//
// # When a session ends
//
// A signature is good until its token expires, and that is minutes after the session may have ended. A
// service for which that is too long follows Vestibule's revocation feed:
//
//	feed, err := verifier.Follow(ctx, verifier.FeedConfig{
//		URL:       "http://vestibule.internal:8081/revocations",
//		WhenStale: verifier.Required,
//	})
//	v, err := verifier.New(verifier.Config{…, Feed: feed})
//
// From then on a token is refused within milliseconds of the end of its session. You have to choose what
// happens while the feed is lost, for which there is no default:
//
//   - Required: every request is answered with 503 until it is back. Nothing that was revoked passes for
//     longer than StaleAfter and a second, whatever fails.
//   - BestEffort: tokens are taken by their signature, as without a feed. Nothing stops working, and what
//     was revoked during the outage may pass until it expires.
//
// A request that was let in goes on to its end: a long answer of yours is not cut off by this package.
// Vestibule cuts off its own side of it.
//
// # When a key is revoked
//
// Vestibule's keys change by themselves, and a new one is found when the first token names it. Whatever
// tokens name, the JWKS is asked for no more than once in five seconds. A key that leaves the JWKS is trusted
// for up to five minutes more, as long as the JWKS is cached. With a Feed it is trusted no longer: the event
// is enough, and the JWKS is fetched anew at once, so that the new key's tokens pass from the first one.
//
// # When Vestibule is away
//
// A service may start before Vestibule does: nothing is fetched before the first token. Once the keys are
// known, they are used for an hour without Vestibule; then, and for a key that is not known, it is 503. So
// without a feed, and with BestEffort, an outage of less than an hour goes unnoticed. What was revoked
// meanwhile does so too.
//
// # What is yours
//
// A valid token says who asks, and how they proved it; it doesn't say that they may. Nothing here looks at
// roles, at what belongs to whom, or at how long ago the proof was: HasRole and Fresh are there for your
// handlers. Where one service calls another, Actor says who does. A token may come any number of times:
// `jti` is not remembered. One that comes elsewhere than in the Authorization header is not seen.
package verifier
