// Command naive is the backend-for-frontend that one writes on the second afternoon: the same parts as
// Vestibule's (Fiber, the storage driver on the same table, golang-jwt, a HostClient), with a look-up and
// a signature for each request, and nothing remembered.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"log"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/storage/postgres/v3"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/valyala/fasthttp"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:9090", "host:port")
	upstream := flag.String("upstream", "127.0.0.1:9000", "host:port of the service behind it")
	flag.Parse()
	if err := newApp(*upstream, os.Getenv("DATABASE_URL")).Listen(*listen); err != nil {
		log.Fatal(err)
	}
}

func newApp(upstream, database string) *fiber.App {
	store := postgres.New(postgres.Config{ConnectionURI: database, Table: "sessions", GCInterval: 100 * time.Hour})
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	client := &fasthttp.HostClient{Addr: upstream}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.All("/api/orders/*", func(c *fiber.Ctx) error {
		sum := sha256.Sum256([]byte(c.Cookies("__Host-session")))
		found, err := store.Get(hex.EncodeToString(sum[:]))
		if err != nil || found == nil {
			return fiber.ErrUnauthorized
		}
		var session struct {
			SID    string `json:"sid"`
			UserID string `json:"user_id"`
		}
		if err := json.Unmarshal(found, &session); err != nil {
			return fiber.ErrUnauthorized
		}
		signed, err := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
			"iss": "naive", "sub": session.UserID, "aud": "upstream", "sid": session.SID, "jti": uuid.NewString(),
			"iat": time.Now().Unix(), "exp": time.Now().Add(5 * time.Minute).Unix(),
		}).SignedString(key)
		if err != nil {
			return fiber.ErrInternalServerError
		}
		c.Request().Header.Del(fiber.HeaderConnection)
		c.Request().Header.Del(fiber.HeaderCookie)
		c.Request().Header.Del(fiber.HeaderAuthorization)
		c.Request().Header.Set(fiber.HeaderAuthorization, "Bearer "+signed)
		if err := client.Do(c.Request(), c.Response()); err != nil {
			return fiber.ErrBadGateway
		}
		c.Response().Header.Del(fiber.HeaderConnection)
		return nil
	})
	return app
}
