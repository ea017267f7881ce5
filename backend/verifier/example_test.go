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
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(ring.JWKS()) })), issuer
}

func tokenFor(issuer *token.Issuer, audience string) string {
	issued, err := issuer.Issue(token.Grant{Subject: "ada", ClientID: "vestibule", Audience: audience, AuthTime: time.Now(), NotAfter: time.Now().Add(time.Hour)}, time.Now())
	if err != nil {
		panic(err)
	}
	return issued.Value.Reveal()
}
