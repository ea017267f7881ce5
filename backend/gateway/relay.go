package gateway

import (
	"bufio"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"
)

const (
	// statusEnded is the code of a WebSocket whose session has ended: 401, in the range for applications
	// (RFC 6455, 7.4.2).
	statusEnded ws.StatusCode = 4401

	turnIn  = 300 * time.Millisecond // for the frame under way, when the session ends
	partIn  = 300 * time.Millisecond // for the other side to say that it has understood
	maxText = 125                    // bytes of a control frame (RFC 6455, 5.5)
)

// relay passes the frames of a WebSocket on, both ways, each piece as it comes: what one side does
// not take, the other side can't send. It knows frames, so that it can say goodbye between two.
type relay struct {
	here, there side
	quiet       *time.Timer // when neither side has said anything for too long
	idle        time.Duration
	once        sync.Once
	ended       atomic.Bool    // the session has: both sides are being told
	goodbyes    sync.WaitGroup // whoever is saying one
}

// side is one of the two that a relay stands between.
type side struct {
	net.Conn
	in     *bufio.Reader
	out    *bufio.Writer
	masks  bool          // its frames are masked: it is the client (RFC 6455, 5.1)
	turn   chan struct{} // holds one: whoever has taken it may write a frame
	parted atomic.Bool   // it was said goodbye to; set by who has the turn
}

func newRelay(here net.Conn, there *link) *relay {
	r := &relay{
		here:  side{Conn: here, in: bufio.NewReaderSize(here, bufferSize), out: bufio.NewWriterSize(here, bufferSize), masks: true},
		there: side{Conn: there, in: there.in, out: there.out},
	}
	for _, s := range []*side{&r.here, &r.there} {
		s.turn = make(chan struct{}, 1)
		s.turn <- struct{}{}
	}
	return r
}

// run answers the client with the head of a 101, and relays until one side ends, or neither has said
// anything for too long, or the flight was ended. Nothing touches either connection once it has
// returned: the server uses the client's for others.
func (r *relay) run(head []byte, idle time.Duration, flight Flight) {
	_ = r.here.SetDeadline(time.Time{}) // the server's limits were for requests
	<-r.here.turn                       // a goodbye comes after the head
	flight.OnEnd(r.end)
	defer r.goodbyes.Wait()
	defer flight.OnEnd(nil) // no end begins after it
	_, err := r.here.Write(head)
	r.here.turn <- struct{}{}
	if err != nil {
		r.close()
		return
	}
	r.idle, r.quiet = idle, time.AfterFunc(idle, r.close)
	defer r.quiet.Stop()
	var both sync.WaitGroup
	for _, way := range [][2]*side{{&r.here, &r.there}, {&r.there, &r.here}} {
		both.Go(func() {
			_ = r.pass(way[0], way[1])
			if !r.ended.Load() { // or else the other side has still to be told
				r.close()
			}
		})
	}
	both.Wait()
	r.close()
}

// close ends both sides. Closing the client's connection is the server's, once run has returned.
func (r *relay) close() {
	r.once.Do(func() {
		_ = r.there.Close()
		_ = r.here.SetDeadline(time.Unix(1, 0))
	})
}

// end says goodbye to both sides, since the session has ended, and closes them when they have
// understood, or had their time. It does not block.
func (r *relay) end() {
	r.ended.Store(true)
	r.goodbyes.Go(func() {
		time.AfterFunc(turnIn+partIn, r.close)
		goodbye := ws.NewCloseFrame(ws.NewCloseFrameBody(statusEnded, "the session has ended"))
		var both sync.WaitGroup
		both.Go(func() { r.there.part(ws.MaskFrame(goodbye)) })
		both.Go(func() { r.here.part(goodbye) })
		both.Wait()
	})
}

// part writes a last frame. In the middle of one that does not come to its end there is no saying
// goodbye.
func (s *side) part(frame ws.Frame) {
	select {
	case <-s.turn:
	case <-time.After(turnIn):
		return
	}
	s.parted.Store(true)
	if ws.WriteFrame(s.out, frame) == nil {
		_ = s.out.Flush()
	}
	s.turn <- struct{}{}
}

var errFrame = errors.New("a frame that RFC 6455 does not allow")

// pass passes frames on, until there are no more.
func (r *relay) pass(from, to *side) error {
	var buffer [ws.MaxHeaderSize]byte
	for {
		h, err := ws.ReadHeaderBuffer(from.in, buffer[:0])
		if err != nil {
			return err
		}
		r.quiet.Reset(r.idle)
		if h.Masked != from.masks || h.OpCode.IsReserved() || (h.OpCode.IsControl() && (!h.Fin || h.Length > maxText)) {
			return errFrame
		}
		<-to.turn
		if to.parted.Load() {
			_, err = io.CopyN(io.Discard, from.in, h.Length)
		} else {
			err = r.frame(from, to, h)
		}
		to.turn <- struct{}{}
		if err != nil || (h.OpCode == ws.OpClose && from.parted.Load()) {
			return err
		}
	}
}

// frame passes one on, each piece of it as it comes. Its payload is not looked at.
func (r *relay) frame(from, to *side, h ws.Header) error {
	if err := ws.WriteHeader(to.out, h); err != nil {
		return err
	}
	for left := h.Length; left > 0; {
		if from.in.Buffered() == 0 {
			if err := to.out.Flush(); err != nil {
				return err
			}
			if _, err := from.in.Peek(1); err != nil {
				return err
			}
			r.quiet.Reset(r.idle)
		}
		piece := min(left, int64(from.in.Buffered()))
		if _, err := io.CopyN(to.out, from.in, piece); err != nil {
			return err
		}
		left -= piece
	}
	if from.in.Buffered() >= ws.MaxHeaderSize {
		return nil // the next head is there already: they go out together
	}
	return to.out.Flush()
}
