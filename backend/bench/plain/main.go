// Command plain is the proxy that Vestibule is measured beside: Fiber in front, one fasthttp
// HostClient behind, nothing asked and nobody known. It is what one writes on the first afternoon:
// no streaming, no header taken out but Connection, the path passed on as it came.
package main

import (
	"flag"
	"log"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:9090", "host:port")
	upstream := flag.String("upstream", "127.0.0.1:9000", "host:port of the service behind it")
	flag.Parse()
	if err := newApp(*upstream).Listen(*listen); err != nil {
		log.Fatal(err)
	}
}

func newApp(upstream string) *fiber.App {
	client := &fasthttp.HostClient{Addr: upstream}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.All("/api/orders/*", func(c *fiber.Ctx) error {
		c.Request().Header.Del(fiber.HeaderConnection)
		if err := client.Do(c.Request(), c.Response()); err != nil {
			return fiber.ErrBadGateway
		}
		c.Response().Header.Del(fiber.HeaderConnection)
		return nil
	})
	return app
}
