package gateway

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

func BenchmarkForward(b *testing.B) {
	d := served(b, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 1024)) })
	bare := &fasthttp.HostClient{Addr: strings.TrimPrefix(d.URL.String(), "http://")}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	b.Cleanup(func() { _ = listener.Close() })
	go func() {
		_ = fasthttp.Serve(listener, func(ctx *fasthttp.RequestCtx) { _ = bare.Do(&ctx.Request, &ctx.Response) })
	}()
	for name, url := range map[string]string{"bare HostClient": "http://" + listener.Addr().String(), "Forward": front(b, d) + "/"} {
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if status, _, err := fasthttp.Get(nil, url); err != nil || status != 200 {
						b.Error(status, err)
					}
				}
			})
		})
	}
}
