package verifier

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	maxLine      = 4 << 10                // bytes
	maxSID       = 64                     // bytes
	answerWithin = 5 * time.Second        // its head
	loadWithin   = 30 * time.Second       // from then to the first beat
	retryFirst   = 50 * time.Millisecond  // between two connections, then twice as long each time
	retryMost    = time.Second            // and no longer
	retryHurried = 100 * time.Millisecond // while somebody waits
	resumeAfter  = 5 * time.Second        // what was read so long before a beat has nothing missing before it
	proven       = ": beat"               // the comment that says: all that was known stands before
)

var errSilent = errors.New("it is silent")

// position is where to go on after a reconnect, perhaps at another replica, whose order may differ by
// a little. So it is not the last number that was read, but one that came resumeAfter before a beat:
// by then, all that any replica may have had before it has come too. What is read twice does no harm.
type position struct {
	safe, next, last string // numbers; empty: none
	since            time.Time
}

// beat takes the numbers that have become safe.
func (p *position) beat(now time.Time) {
	if p.next == "" || now.Sub(p.since) >= resumeAfter {
		p.safe, p.next, p.since = p.next, p.last, now
	}
}

// follow connects anew, until ctx is done, whenever the feed is lost or silent.
func (f *Feed) follow(ctx context.Context) {
	for wait := retryFirst; ctx.Err() == nil; wait = min(2*wait, retryMost) {
		began := time.Now()
		err := f.connect(ctx)
		f.failed(err)
		if time.Since(began) > retryMost {
			wait = retryFirst // it was well for a while
		}
		f.pause(ctx, wait/2+rand.N(wait/2)) //nolint:gosec // so that not all services come at once
	}
	f.failed(context.Cause(ctx))
}

func (f *Feed) pause(ctx context.Context, wait time.Duration) {
	if f.waiting.Load() > 0 {
		wait = min(wait, retryHurried)
	}
	over := time.NewTimer(wait)
	defer over.Stop()
	select {
	case <-over.C:
	case <-ctx.Done():
	case <-f.hurry:
		over.Reset(min(wait, retryHurried))
		select {
		case <-over.C:
		case <-ctx.Done():
		}
	}
}

// connect follows one stream until it ends, and gives the reason.
func (f *Feed) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silent := time.AfterFunc(answerWithin, func() { cancel(errSilent) })
	defer silent.Stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.config.URL, http.NoBody)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Accept-Encoding", "identity")
	if f.resume.safe != "" {
		request.Header.Set("Last-Event-ID", f.resume.safe)
	}
	answer, err := f.client.Do(request)
	if err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	defer answer.Body.Close()
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")) // nothing, where it can't be read
	if answer.StatusCode != http.StatusOK || kind != "text/event-stream" {
		if answer.StatusCode == http.StatusBadRequest {
			f.resume = position{} // then from the beginning
		}
		return fmt.Errorf("the feed answered %d, %q", answer.StatusCode, kind)
	}
	silent.Reset(loadWithin)
	err = f.read(answer.Body, func() { silent.Reset(f.config.StaleAfter) })
	return errors.Join(err, context.Cause(ctx))
}

// read reads events (the WHATWG's HTML, 9.2.6), as far as this feed has need of them. Bytes that
// bring neither an event nor a beat show no life: beaten is called for a beat alone.
func (f *Feed) read(from io.Reader, beaten func()) error {
	lines := bufio.NewReaderSize(from, maxLine)
	var e frame
	for {
		raw, err := lines.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("read the feed: %w", err) // bufio.ErrBufferFull, where a line is too long
		}
		switch line := strings.TrimSuffix(string(raw[:len(raw)-1]), "\r"); line {
		case proven:
			now := f.config.Now()
			f.resume.beat(now)
			f.complete()
			beaten()
		case "":
			if err := f.take(e); err != nil {
				return err
			}
			e = frame{}
		default:
			if err := e.field(line); err != nil {
				return err
			}
		}
	}
}

// frame is one event as it stands on the wire.
type frame struct{ id, event, data string }

func (e *frame) field(line string) error {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch name { // a comment has no name; unknown ones are passed over
	case "id":
		e.id = value
	case "event":
		e.event = value
	case "data":
		if e.data != "" {
			value = e.data + "\n" + value
		}
		if len(value) > maxLine {
			return fmt.Errorf("an event is over %d bytes", maxLine)
		}
		e.data = value
	}
	return nil
}

// take takes an event. Kinds that this version doesn't know are passed over; one that tells what to
// refuse is an error where it can't be read, since what can't be read can't be refused.
func (f *Feed) take(e frame) error {
	switch e.event {
	case "ended":
		sid, err := e.name("sid", maxSID)
		if err != nil {
			return err
		}
		if err := f.add(sid); err != nil {
			return err
		}
		if _, err := strconv.ParseUint(e.id, 10, 63); err == nil {
			f.resume.last = e.id
		}
	case "key_revoked": // without a number: all that still matter come first on each connection
		kid, err := e.name("kid", maxKID)
		if err != nil {
			return err
		}
		return f.revoke(kid)
	}
	return nil
}

// name gives what an event names, which is between 1 and so many bytes.
func (e *frame) name(member string, most int) (string, error) {
	said, err := members([]byte(e.data))
	if err != nil {
		return "", fmt.Errorf("an event can't be read: %w", err)
	}
	var name string
	into := func(of string) any {
		if of == member {
			return &name
		}
		return nil
	}
	if err := assign(said, into); err != nil || name == "" || len(name) > most {
		return "", fmt.Errorf("an event names no %s", member)
	}
	return name, nil
}
