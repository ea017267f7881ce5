package gateway

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// isWebSocket reports whether a request asks to become one (RFC 6455, 4.2.1).
func isWebSocket(h *fasthttp.RequestHeader) bool {
	return h.IsGet() && bytes.EqualFold(h.Peek("Upgrade"), []byte("websocket")) && h.ConnectionUpgrade() && len(h.Peek("Sec-WebSocket-Key")) > 0
}

// tunnel opens a WebSocket to the downstream and, once that agrees, lets the bytes through both ways.
// The connection is its own: it never comes from a pool and never goes back to one.
func (u *upstream) tunnel(ctx *fasthttp.RequestCtx, m Match, c Call) error {
	there, err := u.dialOwn()
	if err != nil {
		return verdict(err, nil)
	}
	reader, response, err := u.handshake(ctx, there, m, c)
	if err != nil {
		_ = there.Close()
		return verdict(err, nil)
	}
	defer fasthttp.ReleaseResponse(response)
	if err := u.answer(&response.Header, &ctx.Response.Header, m.Path); err != nil {
		_ = there.Close()
		return err
	}
	if response.StatusCode() != fasthttp.StatusSwitchingProtocols {
		defer func() { _ = there.Close() }()
		return u.refused(ctx, reader, response)
	}
	ctx.Response.Header.Del("Content-Type")
	ctx.Response.Header.Set("Connection", "Upgrade")
	ctx.Response.Header.Set("Upgrade", "websocket")
	idle := u.IdleTimeout
	ctx.Hijack(func(here net.Conn) { join(here, there, reader, idle) })
	return nil
}

func (u *upstream) dialOwn() (net.Conn, error) {
	plain, err := net.DialTimeout("tcp", u.client.Addr, u.ConnectTimeout) //nolint:noctx // bounded by its own limit
	if err != nil || !u.client.IsTLS {
		return plain, err
	}
	secured := tls.Client(plain, &tls.Config{ServerName: u.URL.Hostname(), MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
	_ = secured.SetDeadline(time.Now().Add(u.ConnectTimeout))
	if err := secured.Handshake(); err != nil { //nolint:noctx // bounded by its own limit
		_ = plain.Close()
		return nil, err
	}
	return secured, nil
}

func (u *upstream) handshake(ctx *fasthttp.RequestCtx, there net.Conn, m Match, c Call) (*bufio.Reader, *fasthttp.Response, error) {
	request := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(request)
	request.URI().DisablePathNormalizing = true
	request.SetRequestURI(u.base + u.prefix + m.Path)
	request.URI().DisablePathNormalizing = true
	u.ask(&ctx.Request.Header, &request.Header, c, true)
	_ = there.SetDeadline(time.Now().Add(u.HeaderTimeout))
	writer := bufio.NewWriter(there)
	if err := request.Write(writer); err != nil {
		return nil, nil, err
	}
	if err := writer.Flush(); err != nil {
		return nil, nil, err
	}
	reader := bufio.NewReaderSize(there, bufferSize)
	response := fasthttp.AcquireResponse()
	if err := response.Header.Read(reader); err != nil {
		fasthttp.ReleaseResponse(response)
		return nil, nil, err
	}
	_ = there.SetDeadline(time.Time{})
	return reader, response, nil
}

// refused passes on an answer that is no WebSocket: an error of the downstream, bounded.
func (u *upstream) refused(ctx *fasthttp.RequestCtx, reader *bufio.Reader, response *fasthttp.Response) error {
	const most = 1 << 20
	if err := response.ReadBody(reader, most); err != nil && !errors.Is(err, io.EOF) {
		return ErrBadGateway.With(err)
	}
	ctx.Response.SetBody(response.Body())
	ctx.SetConnectionClose()
	return nil
}

// join copies both ways until one side ends or neither has said anything for too long, then ends both.
func join(here, there net.Conn, buffered io.Reader, idle time.Duration) {
	var once sync.Once
	end := func() { once.Do(func() { _ = here.Close(); _ = there.Close() }) }
	quiet := time.AfterFunc(idle, end)
	defer quiet.Stop()
	_ = here.SetDeadline(time.Time{}) // the server's limits were for requests
	var both sync.WaitGroup
	for _, way := range []struct {
		to   io.Writer
		from io.Reader
	}{{here, buffered}, {there, here}} {
		both.Go(func() {
			defer end()
			_, _ = io.Copy(way.to, stirred{way.from, quiet, idle})
		})
	}
	both.Wait()
}

// stirred puts the end off whenever something is read.
type stirred struct {
	io.Reader
	quiet *time.Timer
	idle  time.Duration
}

func (s stirred) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if n > 0 {
		s.quiet.Reset(s.idle)
	}
	return n, err
}
