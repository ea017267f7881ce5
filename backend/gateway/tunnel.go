package gateway

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"github.com/valyala/fasthttp"
)

// isWebSocket reports whether a request asks to become one (RFC 6455, 4.2.1).
func isWebSocket(h *fasthttp.RequestHeader) bool {
	return h.IsGet() && bytes.EqualFold(h.Peek("Upgrade"), []byte("websocket")) && h.ConnectionUpgrade() && len(h.Peek("Sec-WebSocket-Key")) > 0
}

// tunnel opens a WebSocket to the downstream and, once that agrees, lets the frames through both ways.
// Its connection never goes back to the pool.
func (u *upstream) tunnel(ctx *fasthttp.RequestCtx, m Match, c Call) (later bool, err error) {
	there, err := u.take(ctx.Conn(), true)
	if err != nil {
		return false, verdict(err, nil)
	}
	c.Flight.OnEnd(there.abort)
	defer func() {
		if !later {
			c.Flight.OnEnd(nil)
			u.giveUp(there)
		}
	}()
	_ = there.SetDeadline(time.Now().Add(u.HeaderTimeout)) // for all of the handshake, and for a refusal
	response := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(response)
	if err := u.handshake(ctx, there, m, c, response); err != nil {
		return false, verdict(err, nil)
	}
	if err := u.answer(&response.Header, &ctx.Response.Header, m.Path); err != nil {
		return false, err
	}
	if response.StatusCode() != fasthttp.StatusSwitchingProtocols {
		return false, u.refused(ctx, there.in, response)
	}
	ctx.Response.Header.Del("Content-Type")
	ctx.Response.Header.Set("Connection", "Upgrade")
	ctx.Response.Header.Set("Upgrade", "websocket")
	_ = there.SetDeadline(time.Time{})
	ctx.HijackSetNoResponse(true) // where it can't write an answer, fasthttp calls no one, and all of this would stay
	ctx.Hijack(func(here net.Conn) {
		defer c.Flight.Leave()
		defer u.giveUp(there)
		newRelay(here, there).run(ctx.Response.Header.Header(), u.IdleTimeout, c.Flight)
	})
	return true, nil
}

// errHandshake stands for what the downstream said: that is not for our log.
var errHandshake = errors.New("the downstream's answer to a WebSocket handshake can't be read")

func (u *upstream) handshake(ctx *fasthttp.RequestCtx, there *link, m Match, c Call, response *fasthttp.Response) error {
	const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
	if _, err := there.out.Write(u.ask(there.out.AvailableBuffer(), &ctx.Request.Header, m, c, upgrade)); err != nil {
		return err
	}
	if err := there.out.Flush(); err != nil {
		return err
	}
	switch err := there.head(&response.Header); {
	case errors.Is(err, fasthttp.ErrTimeout), errors.Is(err, os.ErrDeadlineExceeded):
		return err
	case err != nil:
		return errHandshake
	}
	return nil
}

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
