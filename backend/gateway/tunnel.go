package gateway

import (
	"bufio"
	"bytes"
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
func (u *upstream) tunnel(ctx *fasthttp.RequestCtx, m Match, c Call) (later bool, err error) {
	if u.tunnels.Add(1) > maxConns {
		u.tunnels.Add(-1)
		return false, ErrBusy
	}
	defer func() {
		if !later {
			u.tunnels.Add(-1)
		}
	}()
	there, err := u.dial(u.client.Addr)
	if err != nil {
		return false, verdict(err, nil)
	}
	there = there.(*conn).Conn // it keeps the time of requests; here it is another
	defer func() {
		if !later {
			_ = there.Close()
		}
	}()
	_ = there.SetDeadline(time.Now().Add(u.HeaderTimeout)) // for all of the handshake, and for a refusal
	response := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(response)
	reader, err := u.handshake(ctx, there, m, c, response)
	if err != nil {
		return false, verdict(err, nil)
	}
	if err := u.answer(&response.Header, &ctx.Response.Header, m.Path); err != nil {
		return false, err
	}
	if response.StatusCode() != fasthttp.StatusSwitchingProtocols {
		return false, u.refused(ctx, reader, response)
	}
	ctx.Response.Header.Del("Content-Type")
	ctx.Response.Header.Set("Connection", "Upgrade")
	ctx.Response.Header.Set("Upgrade", "websocket")
	_ = there.SetDeadline(time.Time{})
	ctx.Hijack(func(here net.Conn) {
		defer c.Flight.Leave()
		defer u.tunnels.Add(-1)
		join(here, there, reader, u.IdleTimeout)
	})
	return true, nil
}

// errHandshake stands for what the downstream said: that is not for our log.
var errHandshake = errors.New("the downstream's answer to a WebSocket handshake can't be read")

func (u *upstream) handshake(ctx *fasthttp.RequestCtx, there net.Conn, m Match, c Call, response *fasthttp.Response) (*bufio.Reader, error) {
	request := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(request)
	request.SetRequestURI(u.base + u.prefix + m.Path)
	u.ask(&ctx.Request.Header, &request.Header, c, true)
	request.URI().DisablePathNormalizing = true
	writer := bufio.NewWriter(there)
	if err := request.Write(writer); err != nil {
		return nil, err
	}
	if err := writer.Flush(); err != nil {
		return nil, err
	}
	reader := bufio.NewReaderSize(there, bufferSize)
	for range mostInterim {
		switch err := response.Header.Read(reader); {
		case errors.Is(err, fasthttp.ErrTimeout):
			return nil, err
		case err != nil:
			return nil, errHandshake
		}
		if code := response.StatusCode(); code >= fasthttp.StatusOK || code == fasthttp.StatusSwitchingProtocols {
			return reader, nil
		}
	}
	return nil, errHandshake
}

// mostInterim bounds how many interim answers (RFC 9110, 15.2) are passed over.
const mostInterim = 8

// refused passes on an answer that is no WebSocket: an error of the downstream, bounded in size, and in
// time by the connection's deadline.
func (u *upstream) refused(ctx *fasthttp.RequestCtx, reader *bufio.Reader, response *fasthttp.Response) error {
	const most = 1 << 20
	if err := response.ReadBody(reader, most); err != nil && !errors.Is(err, io.EOF) {
		return verdict(err, nil)
	}
	ctx.Response.SetBody(response.Body())
	ctx.SetConnectionClose()
	return nil
}

// join copies both ways until one side ends or neither has said anything for too long, then ends both.
func join(here, there net.Conn, buffered io.Reader, idle time.Duration) {
	var once sync.Once
	end := func() {
		once.Do(func() {
			_ = there.Close()
			_ = here.SetDeadline(time.Unix(1, 0)) // its Close is the server's, once this has returned
		})
	}
	_ = here.SetDeadline(time.Time{}) // the server's limits were for requests
	quiet := time.AfterFunc(idle, end)
	defer quiet.Stop()
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
