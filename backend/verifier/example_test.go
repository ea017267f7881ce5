package verifier_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"vestibule/backend/secret"
	"vestibule/backend/token"
	"vestibule/backend/verifier"
)

// A service that greets whomever a token names, and nobody else.
func Example() {
	vestibule, issuer := startVestibule() // yours runs already: its JWKS is on the internal listener
	defer vestibule.Close()

	v, err := verifier.New(verifier.Config{
		Issuer:   "https://app.example.com",
		Audience: "greetings",
		JWKSURL:  vestibule.URL + "/.well-known/jwks.json",
	})
	if err != nil {
		panic(err)
	}
	service := v.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, _ := verifier.FromContext(r.Context()) // Middleware has verified them
		_, _ = fmt.Fprintf(w, "Hello, %s.", claims.Subject)
	}))

	for _, audience := range []string{"greetings", "orders"} {
		request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		request.Header.Set("Authorization", "Bearer "+tokenFor(issuer, audience))
		answer := httptest.NewRecorder()
		service.ServeHTTP(answer, request)
		_, _ = fmt.Fprintf(os.Stdout, "a token for %s: %d\n", audience, answer.Code)
	}
	// Output:
	// a token for greetings: 200
	// a token for orders: 401
}

// A service that learns at once that a session has ended: its tokens are refused before they expire.
func ExampleFollow() {
	vestibule, issuer := startVestibule()
	defer vestibule.Close()
	ctx, stop := context.WithCancel(context.Background()) // of your process
	defer stop()

	feed, err := verifier.Follow(ctx, verifier.FeedConfig{
		URL:       vestibule.URL + "/revocations",
		WhenStale: verifier.Required, // or BestEffort: what to do while it is not known what was revoked
	})
	if err != nil {
		panic(err)
	}
	v, err := verifier.New(verifier.Config{
		Issuer:   "https://app.example.com",
		Audience: "greetings",
		JWKSURL:  vestibule.URL + "/.well-known/jwks.json",
		Feed:     feed,
	})
	if err != nil {
		panic(err)
	}

	for _, session := range []string{"one-that-lives", "one-that-has-ended"} {
		claims, err := v.Verify(ctx, tokenOf(issuer, session, "greetings"))
		_, _ = fmt.Fprintln(os.Stdout, claims != nil, err)
	}
	// Output:
	// true <nil>
	// false its session has ended
}

func startVestibule() (*httptest.Server, *token.Issuer) {
	master, err := token.NewMasterKeys(secret.Of(masterKey), secret.Value{})
	if err != nil {
		panic(err)
	}
	ring, err := token.OpenRing(context.Background(), &memory{}, master, token.ES256)
	if err != nil {
		panic(err)
	}
	issuer, err := token.NewIssuer(ring, "https://app.example.com", time.Minute)
	if err != nil {
		panic(err)
	}
	doors := http.NewServeMux()
	doors.HandleFunc("/.well-known/jwks.json", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(ring.JWKS()) })
	doors.HandleFunc("/revocations", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = w.Write([]byte("id: 1\nevent: ended\ndata: {\"sid\":\"one-that-has-ended\"}\n\n: beat\n\n"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	return httptest.NewServer(doors), issuer
}

func tokenFor(issuer *token.Issuer, audience string) string {
	return tokenOf(issuer, "a-session", audience)
}

func tokenOf(issuer *token.Issuer, session, audience string) string {
	issued, err := issuer.Issue(token.Grant{Subject: "ada", SID: session, ClientID: "vestibule", Audience: audience, AuthTime: time.Now(), NotAfter: time.Now().Add(time.Hour)}, time.Now())
	if err != nil {
		panic(err)
	}
	return issued.Value.Reveal()
}
