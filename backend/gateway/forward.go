package gateway

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
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
	client  *fasthttp.HostClient
	base    string // the authority, as a URL
	prefix  string // the path of its URL, without a slash at the end
	roots   *x509.CertPool
	tunnels atomic.Int64
}

func newUpstream(d Downstream) *upstream {
	// dial speaks TLS itself, so that conn sees HTTP: fasthttp is not to do it a second time.
	u := &upstream{Downstream: d, base: "http://" + d.URL.Host, prefix: strings.TrimSuffix(d.URL.EscapedPath(), "/")}
	u.client = &fasthttp.HostClient{
		Addr: authority(d.URL.Host, d.URL.Scheme), Dial: u.dial,
		StreamResponseBody: true, DisablePathNormalizing: true, NoDefaultUserAgentHeader: true, SecureErrorLogMessage: true,
		MaxConns: maxConns, MaxIdleConnDuration: keptIdle, ReadBufferSize: bufferSize, WriteBufferSize: bufferSize,
		MaxIdemponentCallAttempts: 1,
		RetryIfErr:                func(*fasthttp.Request, int, error) (bool, bool) { return false, false }, // see send
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

// send asks the downstream. Where a kept connection turns out not to be clean before anything has gone
// out, it takes another one. Beyond that, one more try is made of what is safe, has no body, and met a
// kept connection that was closed under it. Nothing else is ever sent twice.
func (u *upstream) send(request *fasthttp.Request, response *fasthttp.Response, body *upload, length int) error {
	again := body == nil && (request.Header.IsGet() || request.Header.IsHead() || request.Header.IsOptions())
	for stale := 0; ; {
		if body != nil {
			request.SetBodyStream(body, length)
		}
		err := u.client.Do(request, response)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, errStale) && stale < maxConns && body.rewind():
			stale++
		case again && isClosed(err):
			again = false
		default:
			return err
		}
	}
}

func isClosed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, fasthttp.ErrConnectionClosed) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// Forward passes the request on and streams the answer back. What ctx's response carries already is
// kept, unless the answer must replace it. Faults: ErrTooLarge, ErrBusy, ErrBadGateway, ErrTimeout.
//
// A body of unknown length goes on piece by piece as it comes; one whose length was announced in
// pieces of up to 16 KiB. An answer's trailers are lost, and a client that leaves before the answer
// has begun is not noticed: the downstream's time limit bounds the work.
func (g *Gateway) Forward(ctx *fasthttp.RequestCtx, m Match, c Call) error {
	way := m.upstream.forward
	if isWebSocket(&ctx.Request.Header) {
		way = m.upstream.tunnel
	}
	later, err := way(ctx, m, c)
	if !later {
		c.Flight.Leave()
	}
	return err
}

// forward reports whether something is still under way, whose end calls Done.
func (u *upstream) forward(ctx *fasthttp.RequestCtx, m Match, c Call) (later bool, err error) {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	request.SetRequestURI(u.base + u.prefix + m.Path)
	u.ask(&ctx.Request.Header, &request.Header, c, false)
	request.URI().DisablePathNormalizing = true
	body, err := u.body(ctx)
	if err != nil {
		fasthttp.ReleaseResponse(response)
		return false, err
	}
	if ctx.IsHead() {
		request.SetConnectionClose() // should it send a body all the same, that is nobody's next answer
	}
	if err := u.send(request, response, body, ctx.Request.Header.ContentLength()); err != nil {
		fasthttp.ReleaseResponse(response)
		if body != nil { // what is left of it is nobody's next request
			ctx.SetConnectionClose()
		}
		return false, verdict(err, body)
	}
	return u.relay(ctx, m, c, response)
}

// relay hands the answer to the server, which streams it after this returns.
func (u *upstream) relay(ctx *fasthttp.RequestCtx, m Match, c Call, response *fasthttp.Response) (later bool, err error) {
	incoming := &piecewise{response: response, done: func() {}}
	if from, ok := response.RemoteAddr().(*address); ok {
		from.conn.streaming.Store(true)
		if response.StatusCode() < fasthttp.StatusOK { // conn has seen to it already; see errSwitched
			return false, errors.Join(ErrBadGateway, from.conn.Close(), incoming.Close())
		}
	}
	if err := u.answer(&response.Header, &ctx.Response.Header, m.Path); err != nil {
		return false, errors.Join(err, incoming.Close())
	}
	length := response.Header.ContentLength()
	stream := response.BodyStream()
	if stream == nil || ctx.IsHead() {
		if ctx.IsHead() && length >= 0 {
			ctx.Response.SkipBody = true
			ctx.Response.Header.SetContentLength(length)
		}
		return false, incoming.Close()
	}
	incoming.Reader, incoming.done = stream, c.Flight.Leave
	ctx.Response.ImmediateHeaderFlush = true
	ctx.Response.SetBodyStream(incoming, max(length, -1))
	return true, nil
}

// piecewise is an answer's body; closing it gives the connection back, or closes it where something
// is left unread.
type piecewise struct {
	io.Reader
	response *fasthttp.Response
	done     func()
}

// Close is called once by the server when the answer is written, or when its reader has gone.
func (p *piecewise) Close() error {
	err := p.response.CloseBodyStream()
	fasthttp.ReleaseResponse(p.response)
	p.done()
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
// a cut upload arrives as cut. Its beginning is kept until it is longer than what may have been read
// before the first byte went out.
type upload struct {
	ctx    *fasthttp.RequestCtx
	stream io.Reader
	left   int64
	err    error // what ended it, io.EOF included

	kept []byte // what has been read; nil once that is too much
	gone bool   // it was too much
	next int    // of kept, to be read again
}

// rewindable bounds kept: fasthttp reads a buffer, and at most a piece more, before it writes.
const rewindable = 4 * bufferSize

func (b *upload) Read(p []byte) (int, error) {
	if b.next < len(b.kept) {
		n := copy(p, b.kept[b.next:])
		b.next += n
		return n, nil
	}
	if b.err != nil {
		return 0, b.err
	}
	if err := b.ctx.SetReadDeadline(time.Now().Add(pieceIn)); err != nil {
		return 0, err
	}
	n, err := b.stream.Read(p)
	if b.left -= int64(n); b.left < 0 {
		err = ErrTooLarge
	}
	b.err = err
	if b.cut() != nil {
		return 0, err
	}
	if b.gone = b.gone || len(b.kept)+n > rewindable; b.gone {
		b.kept, b.next = nil, 0
	} else {
		b.kept = append(b.kept, p[:n]...)
		b.next = len(b.kept)
	}
	return n, err
}

// cut is why the upload did not come to its end, or nil.
func (b *upload) cut() error {
	if b == nil || errors.Is(b.err, io.EOF) {
		return nil
	}
	return b.err
}

// rewind begins anew, where the beginning is still there. A body that is not there always is.
func (b *upload) rewind() bool {
	if b == nil {
		return true
	}
	b.next = 0
	return !b.gone && b.cut() == nil
}

// verdict says whose failure it was.
func verdict(err error, body *upload) error {
	var timeout net.Error
	switch {
	case errors.Is(body.cut(), ErrTooLarge):
		return ErrTooLarge
	case body.cut() != nil:
		return ErrRequest.With(fmt.Errorf("the upload was cut: %w", body.cut()))
	case errors.Is(err, fasthttp.ErrNoFreeConns):
		return ErrBusy.With(err)
	case errors.Is(err, fasthttp.ErrTimeout), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return ErrTimeout.With(err)
	}
	return ErrBadGateway.With(err)
}
