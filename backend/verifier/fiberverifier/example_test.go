package fiberverifier_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/golang-jwt/jwt/v5"

	"vestibule/backend/verifier"
	"vestibule/backend/verifier/fiberverifier"
)

// A service that greets whomever a token names; to administrators it says more.
func Example() {
	v, err := verifier.New(verifier.Config{
		Issuer:   "https://app.example.com",
		Audience: "greetings",
		Keys:     keys, // yours: JWKSURL: "http://vestibule.internal:8081/.well-known/jwks.json"
	})
	if err != nil {
		panic(err)
	}
	app := fiber.New()
	app.Use(fiberverifier.New(v))
	app.Get("/", func(c *fiber.Ctx) error {
		claims, _ := fiberverifier.Claims(c) // New has verified them
		if claims.HasRole("admin") {
			return c.SendString("At your service, " + claims.Subject)
		}
		return c.SendString("Hello, " + claims.Subject)
	})

	for _, authorization := range []string{"", "Bearer " + tokenFor("greetings"), "Bearer " + tokenFor("orders")} {
		request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		request.Header.Set("Authorization", authorization)
		answer, err := app.Test(request)
		if err != nil {
			panic(err)
		}
		_, _ = fmt.Fprintf(os.Stdout, "%d %q\n", answer.StatusCode, answer.Header.Get("WWW-Authenticate"))
	}
	// Output:
	// 401 "Bearer realm=\"greetings\""
	// 200 ""
	// 401 "Bearer realm=\"greetings\", error=\"invalid_token\""
}

// The issuer's part, which in life is Vestibule's.

var private, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)

func keys(kid string) (algorithm string, public crypto.PublicKey, there bool) {
	return "ES256", private.Public(), kid == "a-key"
}

func tokenFor(audience string) string {
	now := time.Now().Unix()
	unsigned := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{"iss": "https://app.example.com", "aud": audience, "sub": "ada",
		"client_id": "vestibule", "jti": "a-token", "iat": now, "exp": now + 300})
	unsigned.Header = map[string]any{"alg": "ES256", "typ": "at+jwt", "kid": "a-key"}
	raw, err := unsigned.SignedString(private)
	if err != nil {
		panic(err)
	}
	return raw
}
