// Command upstream answers every request with the same kilobyte: the cheapest internal service there
// is, so that a measurement through a proxy is one of the proxy.
package main

import (
	"flag"
	"log"
	"strings"

	"github.com/valyala/fasthttp"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:9000", "host:port")
	size := flag.Int("size", 1024, "bytes of an answer")
	flag.Parse()
	body := []byte(strings.Repeat("x", *size))
	server := &fasthttp.Server{
		Handler: func(ctx *fasthttp.RequestCtx) {
			ctx.SetContentType("text/plain; charset=utf-8")
			ctx.SetBody(body)
		},
	}
	if err := server.ListenAndServe(*listen); err != nil {
		log.Fatal(err)
	}
}
