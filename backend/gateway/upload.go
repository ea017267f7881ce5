package gateway

import (
	"bufio"
	"errors"
	"io"
	"net/http/httputil"
	"strconv"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

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
	return &upload{ctx: ctx, stream: stream, length: length, left: u.MaxBody}, nil
}

// upload is a request's body under way: bounded, each piece in time, and its cut remembered, so that
// a cut upload arrives as cut.
type upload struct {
	ctx    *fasthttp.RequestCtx
	stream io.Reader
	length int   // as announced; negative for one in chunks
	left   int64 // until it is too large
	err    error // what ended it, io.EOF included
}

// framing is the lines of the head that tell where the body ends (RFC 9112, 6).
func (b *upload) framing(h *fasthttp.RequestHeader) string {
	switch {
	case b != nil && b.length >= 0:
		return "Content-Length: " + strconv.Itoa(b.length) + "\r\n"
	case b != nil:
		return "Transfer-Encoding: chunked\r\n"
	case h.IsGet() || h.IsHead():
		return ""
	}
	return "Content-Length: 0\r\n"
}

// send passes it on, each piece as it comes, behind what waits to be sent already. A body that is cut
// has no end that could be taken for one.
func (b *upload) send(to *bufio.Writer) error {
	if b == nil {
		return to.Flush()
	}
	var out io.Writer = to
	var chunks io.WriteCloser
	if b.length < 0 {
		chunks = httputil.NewChunkedWriter(to)
		out = chunks
	}
	piece := pieces.Get().(*[bufferSize]byte) //nolint:forcetypeassert // nothing else is put there
	defer pieces.Put(piece)
	for b.err == nil {
		n, _ := b.Read(piece[:])
		if n > 0 {
			if _, err := out.Write(piece[:n]); err != nil {
				return err
			}
		}
		if err := to.Flush(); err != nil {
			return err
		}
	}
	if chunks == nil || b.cut() != nil {
		return nil
	}
	_ = chunks.Close()
	_, _ = to.WriteString("\r\n")
	return to.Flush()
}

var pieces = sync.Pool{New: func() any { return new([bufferSize]byte) }}

func (b *upload) Read(p []byte) (int, error) {
	if err := b.ctx.SetReadDeadline(time.Now().Add(pieceIn)); err != nil {
		b.err = err
		return 0, err
	}
	n, err := b.stream.Read(p)
	if b.left -= int64(n); b.left < 0 {
		n, err = 0, ErrTooLarge
	}
	b.err = err
	return n, err
}

// cut is why the upload did not come to its end, or nil.
func (b *upload) cut() error {
	if b == nil || errors.Is(b.err, io.EOF) {
		return nil
	}
	return b.err
}
