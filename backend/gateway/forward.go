package gateway

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	maxConns   = 1024            // to one downstream, streams included
	keptIdle   = 4 * time.Second // below the five seconds after which Node, for one, closes
	bufferSize = 16 << 10
	pieceIn    = 30 * time.Second // between two pieces of a request's body
)

// upstream is a downstream with its pool of connections.
type upstream struct {
	Downstream
	client *fasthttp.HostClient
	base   string // scheme and authority
	prefix string // the path of its URL, without a slash at the end
}

func newUpstream(d Downstream) *upstream {
	u := &upstream{Downstream: d, base: d.URL.Scheme + "://" + d.URL.Host, prefix: strings.TrimSuffix(d.URL.EscapedPath(), "/")}
	u.client = &fasthttp.HostClient{
		Addr: authority(d.URL.Host, d.URL.Scheme), IsTLS: d.URL.Scheme == "https", Dial: u.dial,
		StreamResponseBody: true, DisablePathNormalizing: true, NoDefaultUserAgentHeader: true, SecureErrorLogMessage: true,
		MaxConns: maxConns, MaxIdleConnDuration: keptIdle, ReadBufferSize: bufferSize, WriteBufferSize: bufferSize,
		MaxIdemponentCallAttempts: 2, RetryIfErr: retry,
	}
	return u
}

func authority(host, scheme string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	port := map[string]string{"http": "80", "https": "443"}[scheme]
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}

func (u *upstream) dial(addr string) (net.Conn, error) {
	plain, err := net.DialTimeout("tcp", addr, u.ConnectTimeout) //nolint:noctx // fasthttp hands no context on
	if err != nil {
		return nil, err
	}
	return &conn{Conn: plain, head: u.HeaderTimeout, idle: u.IdleTimeout, sent: time.Now()}, nil
}

// retry allows one more try of what is safe, has no body, and met a kept connection that the
// downstream had closed. Nothing else is ever sent twice.
func retry(request *fasthttp.Request, attempts int, err error) (resetTimeout, again bool) {
	safe := request.Header.IsGet() || request.Header.IsHead() || request.Header.IsOptions()
	closed := errors.Is(err, io.EOF) || errors.Is(err, fasthttp.ErrConnectionClosed) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
	return false, attempts == 1 && safe && closed && !request.IsBodyStream()
}

// Forward passes the request on and streams the answer back. What ctx's response carries already is
// kept, unless the answer must replace it. Faults: ErrTooLarge, ErrBusy, ErrBadGateway, ErrTimeout.
//
// A body of unknown length goes on piece by piece as it comes; one whose length was announced in
// pieces of up to 16 KiB. An answer's trailers are lost, and a client that leaves before the answer
// has begun is not noticed: the downstream's time limit bounds the work.
func (g *Gateway) Forward(ctx *fasthttp.RequestCtx, m Match, c Call) error {
	u := m.upstream
	if isWebSocket(&ctx.Request.Header) {
		return u.tunnel(ctx, m, c)
	}
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	request.SetRequestURI(u.base + u.prefix + m.Path)
	u.ask(&ctx.Request.Header, &request.Header, c, false)
	request.URI().DisablePathNormalizing = true
	body, err := u.body(ctx)
	if err != nil {
		fasthttp.ReleaseResponse(response)
		return err
	}
	if body != nil {
		request.SetBodyStream(body, ctx.Request.Header.ContentLength())
	}
	if err := u.client.Do(request, response); err != nil {
		fasthttp.ReleaseResponse(response)
		if body != nil { // what is left of it is nobody's next request
			ctx.SetConnectionClose()
		}
		return verdict(err, body)
	}
	return u.relay(ctx, m, response)
}

// relay hands the answer to the server, which streams it after this returns.
func (u *upstream) relay(ctx *fasthttp.RequestCtx, m Match, response *fasthttp.Response) error {
	if from, ok := response.RemoteAddr().(*address); ok {
		from.conn.streaming.Store(true)
	}
	incoming := &piecewise{response: response}
	if err := u.answer(&response.Header, &ctx.Response.Header, m.Path); err != nil {
		return errors.Join(err, incoming.Close())
	}
	length := response.Header.ContentLength()
	stream := response.BodyStream()
	if stream == nil || ctx.IsHead() {
		if ctx.IsHead() && length >= 0 {
			ctx.Response.SkipBody = true
			ctx.Response.Header.SetContentLength(length)
		}
		return incoming.Close()
	}
	incoming.Reader = stream
	ctx.Response.ImmediateHeaderFlush = true
	ctx.Response.SetBodyStream(incoming, max(length, -1))
	return nil
}

// piecewise is an answer's body; closing it gives the connection back, or closes it where something
// is left unread.
type piecewise struct {
	io.Reader
	response *fasthttp.Response
}

// Close is called once by the server when the answer is written, or when its reader has gone.
func (p *piecewise) Close() error {
	err := p.response.CloseBodyStream()
	fasthttp.ReleaseResponse(p.response)
	return err
}

// body gives the request's body as it comes, or nil where there is none.
func (u *upstream) body(ctx *fasthttp.RequestCtx) (*upload, error) {
	length := ctx.Request.Header.ContentLength()
	if int64(length) > u.MaxBody {
		ctx.SetConnectionClose()
		return nil, ErrTooLarge
	}
	stream := ctx.RequestBodyStream()
	if stream == nil || length == 0 {
		return nil, nil
	}
	return &upload{ctx: ctx, stream: stream, left: u.MaxBody}, nil
}

// upload is a request's body under way: bounded, each piece in time, and its cut remembered, so that
// a cut upload arrives as cut.
type upload struct {
	ctx    *fasthttp.RequestCtx
	stream io.Reader
	left   int64
	err    error
}

func (b *upload) Read(p []byte) (int, error) {
	if err := b.ctx.SetReadDeadline(time.Now().Add(pieceIn)); err != nil {
		return 0, err
	}
	n, err := b.stream.Read(p)
	if b.left -= int64(n); b.left < 0 {
		err = ErrTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
		return 0, err
	}
	return n, err
}

// verdict says whose failure it was.
func verdict(err error, body *upload) error {
	var timeout net.Error
	switch {
	case body != nil && errors.Is(body.err, ErrTooLarge):
		return ErrTooLarge
	case body != nil && body.err != nil:
		return ErrRequest.With(fmt.Errorf("the upload was cut: %w", body.err))
	case errors.Is(err, fasthttp.ErrNoFreeConns):
		return ErrBusy.With(err)
	case errors.Is(err, fasthttp.ErrTimeout), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return ErrTimeout.With(err)
	}
	return ErrBadGateway.With(err)
}
