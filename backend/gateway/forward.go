package gateway

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"

	"vestibule/backend/patience"
)

const (
	bufferSize = 16 << 10
	pieceIn    = 30 * time.Second // between two pieces of a request's body
	earlyIn    = time.Second      // for an answer that came before the request was all sent
)

// upstream is a downstream, or the app's development server, with its pool of connections.
type upstream struct {
	Downstream
	app    bool
	addr   string
	prefix string      // the path of its URL, without a slash at the end
	at     string      // where a browser finds it: what stands in place of the prefix
	fence  [][2][]byte // what goes on each of its answers
	roots  *x509.CertPool
	pool   pool
	health health
}

func newUpstream(d Downstream) *upstream {
	return &upstream{Downstream: d, addr: authority(d.URL.Host, d.URL.Scheme), prefix: strings.TrimSuffix(d.URL.EscapedPath(), "/"),
		at: "/api/" + d.Name, fence: asData, pool: pool{most: maxLinks}, health: health{state: Unknown, since: time.Now()}}
}

func authority(host, scheme string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	port := map[string]string{"http": "80", "https": "443"}[scheme]
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}

// Forward passes the request on and streams the answer back. What ctx's response carries already is
// kept, unless the answer must replace it. Faults: ErrTooLarge, ErrBusy, ErrBadGateway, ErrTimeout.
// When the call's flight is ended, all of it is closed at once: the answer breaks off.
//
// Bodies go on piece by piece as they come, but for the first 8 KiB of one whose length was announced,
// which the server waits for. An answer's trailers are lost.
func (g *Gateway) Forward(ctx *fasthttp.RequestCtx, m Match, c Call) error { return forward(ctx, m, c) }

func forward(ctx *fasthttp.RequestCtx, m Match, c Call) error {
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

// forward reports whether something is still under way, whose end leaves the flight.
func (u *upstream) forward(ctx *fasthttp.RequestCtx, m Match, c Call) (later bool, err error) {
	body, err := u.body(ctx)
	if err != nil {
		return false, err
	}
	a := &answer{upstream: u, flight: c.Flight, reuse: !ctx.IsHead()} // should it send a body to a HEAD all the same, that is nobody's next answer
	if err := u.send(ctx, a, body, m, c); err != nil {
		if body != nil { // what is left of it is nobody's next request
			ctx.SetConnectionClose()
		}
		return false, verdict(err, body)
	}
	if body != nil && !errors.Is(body.err, io.EOF) {
		ctx.SetConnectionClose()
	}
	return a.relay(ctx, m)
}

// send asks the downstream, and reads the head of its answer. What is safe and has no body is tried again
// where it met a kept connection that the downstream closed under it. What was never sent may always go
// another way. Nothing else is ever sent twice.
func (u *upstream) send(ctx *fasthttp.RequestCtx, a *answer, body *upload, m Match, c Call) error {
	safe := body == nil && (ctx.IsGet() || ctx.IsHead() || ctx.IsOptions())
	for {
		l, err := u.take(ctx.Conn(), body != nil)
		if err != nil {
			return err
		}
		a.link = l
		abort := l.abort
		if body != nil {
			abort = func() {
				l.abort()
				HangUp(ctx)
			}
		}
		a.flight.OnEnd(abort)
		if err = a.ask(ctx, body, m, c); err == nil {
			return nil
		}
		u.giveUp(l)
		if l.kept && errors.Is(err, errUnclean) {
			continue
		}
		if !safe || !l.kept || !isClosed(err) || l.aborted.Load() {
			return err
		}
	}
}

func isClosed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// HangUp closes the connection of the request from another goroutine, without a word.
func HangUp(ctx *fasthttp.RequestCtx) {
	if under := patience.Under(ctx.Conn()); under != nil {
		_ = under.Abort() // Close would wait for a reader who does not read, or a writer who goes on
		return
	}
	_ = ctx.Conn().Close()
}

// answer is a downstream's answer under way.
type answer struct {
	*upstream
	flight Flight
	link   *link
	body   io.Reader
	left   int64 // of a body whose length was announced
	reuse  bool  // the connection may carry another request after it
	over   bool  // it has come to its end
}

// ask sends the request, and reads the head of the answer. That has to begin within one limit after the
// last byte of the request; the pieces of a body have another.
func (a *answer) ask(ctx *fasthttp.RequestCtx, body *upload, m Match, c Call) (err error) {
	l := a.link
	_ = l.SetReadDeadline(l.since.Add(a.HeaderTimeout)) // it was taken just now
	if _, err = l.out.Write(a.upstream.ask(l.out.AvailableBuffer(), &ctx.Request.Header, m, c, body.framing(&ctx.Request.Header))); err == nil {
		if body != nil || l.secured() {
			err = body.send(l.out)
		} else {
			l.sendAndRead()
		}
	}
	if body.cut() != nil {
		return body.cut()
	}
	within := a.HeaderTimeout
	if err != nil { // it may have said why it reads no more
		a.reuse, within = false, min(earlyIn, within)
	}
	if body != nil {
		_ = l.SetReadDeadline(time.Now().Add(within))
	}
	if broken := l.head(&l.header); broken != nil {
		return cmp.Or(err, l.turn.failed, broken)
	}
	if l.header.StatusCode() < fasthttp.StatusOK {
		return errSwitched
	}
	a.reuse = a.reuse && !l.header.ConnectionClose()
	return nil
}

// errSwitched is a 101 to a request that asked for no upgrade.
var errSwitched = errors.New("the downstream switched protocols without being asked")

// relay hands the answer to the server: whole, where all of it is there, or as a stream, which the
// server reads after this returns.
func (a *answer) relay(ctx *fasthttp.RequestCtx, m Match) (later bool, err error) {
	if err := a.answer(&a.link.header, &ctx.Response.Header, m.Path); err != nil {
		a.giveUp(a.link)
		return false, err
	}
	length, code := a.link.header.ContentLength(), a.link.header.StatusCode()
	switch {
	case ctx.IsHead() || code == fasthttp.StatusNoContent || code == fasthttp.StatusNotModified:
		if ctx.IsHead() && length >= 0 {
			ctx.Response.SkipBody = true
			ctx.Response.Header.SetContentLength(length)
		}
		a.over = true
		a.done()
		return false, nil
	case length >= 0 && length <= a.link.in.Buffered():
		whole, _ := a.link.in.Peek(length)
		ctx.Response.SetBody(whole)
		_, _ = a.link.in.Discard(length)
		a.over = true
		a.done()
		return false, nil
	case length >= 0:
		a.body = io.LimitReader(a.link.in, int64(length))
	case length == -1:
		a.body = &chunked{Reader: httputil.NewChunkedReader(a.link.in), link: a.link}
	default:
		a.body, a.reuse = a.link.in, false // until it closes
	}
	a.left = int64(length)
	a.flight.OnEnd(func() {
		a.link.abort()
		HangUp(ctx)
	})
	ctx.Response.ImmediateHeaderFlush = true
	ctx.Response.SetBodyStream(a, max(length, -1))
	return true, nil
}

// Read is called by the server, for the next piece, and once more after the last one.
func (a *answer) Read(p []byte) (int, error) {
	if a.over {
		return 0, io.EOF
	}
	if a.link.in.Buffered() == 0 {
		if err := a.link.SetReadDeadline(time.Now().Add(a.IdleTimeout)); err != nil {
			return 0, err
		}
	}
	n, err := a.body.Read(p)
	if a.left -= int64(n); errors.Is(err, io.EOF) {
		if a.left > 0 { // less came than was announced
			return n, io.ErrUnexpectedEOF
		}
		a.over = true
	} else if err == nil && a.left == 0 {
		a.over = true
	}
	return n, err
}

// Close is called once by the server when the answer is written, or when its reader has gone.
func (a *answer) Close() error {
	a.done()
	a.flight.Leave()
	return nil
}

// done puts the connection back, where the answer has come to its end, or closes it.
func (a *answer) done() {
	a.flight.OnEnd(nil)
	if a.over && a.reuse {
		a.putBack(a.link)
	} else {
		a.giveUp(a.link)
	}
}

// chunked is a body in chunks (RFC 9112, 7.1), each piece of which is handed on as it comes.
type chunked struct {
	io.Reader
	link *link
}

func (c *chunked) Read(p []byte) (int, error) {
	if _, err := c.link.in.Peek(1); err != nil {
		return 0, cutShort(err)
	}
	n, err := c.Reader.Read(p[:min(len(p), c.link.in.Buffered())]) // for more than is there it would wait
	if errors.Is(err, io.EOF) {
		err = c.trailers()
	}
	return n, err
}

// trailers passes over what follows the last chunk, and gives io.EOF.
func (c *chunked) trailers() error {
	for range bufferSize / 2 { // lines of at least two bytes
		line, err := c.link.in.ReadSlice('\n')
		switch {
		case err != nil:
			return cutShort(err)
		case len(strings.TrimRight(string(line), "\r\n")) == 0:
			return io.EOF
		}
	}
	return errors.New("the trailers have no end")
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// verdict says whose failure it was.
func verdict(err error, body *upload) error {
	var timeout net.Error
	switch {
	case errors.Is(body.cut(), ErrTooLarge):
		return ErrTooLarge
	case body.cut() != nil:
		return ErrRequest.With(fmt.Errorf("the upload was cut: %w", body.cut()))
	case errors.Is(err, errFull):
		return ErrBusy.With(err)
	case errors.Is(err, fasthttp.ErrTimeout), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return ErrTimeout.With(err)
	}
	return ErrBadGateway.With(err)
}
