package httpapi_test

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// wire is the network between a replica and its database. While it is held nothing arrives, either way,
// and nobody is told: as behind a switch that has failed. What was sent arrives when it is let go.
type wire struct {
	url string

	mu        sync.Mutex
	changed   *sync.Cond            // of what is held
	listeners bool                  // hold the listener's connection
	all       bool                  // hold every one
	open      map[net.Conn]struct{} // both ends
}

// wireTo lays one to a database.
func wireTo(t testing.TB, database string) *wire {
	t.Helper()
	at, err := url.Parse(database)
	require.NoError(t, err)
	to := at.Host
	inner := listen(t)
	at.Host = inner.Addr().String()
	w := &wire{url: at.String(), open: map[net.Conn]struct{}{}}
	w.changed = sync.NewCond(&w.mu)
	var carrying sync.WaitGroup
	carrying.Go(func() {
		for {
			near, err := inner.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				continue
			}
			carrying.Go(func() { w.carry(near, far) })
		}
	})
	t.Cleanup(func() {
		inner.Close()
		w.release()
		w.mu.Lock()
		for conn := range w.open {
			conn.Close()
		}
		w.mu.Unlock()
		carrying.Wait()
	})
	return w
}

// carry reads who it is that connects: the first message says so (it can't over TLS).
func (w *wire) carry(near, far net.Conn) {
	w.mu.Lock()
	w.open[near], w.open[far] = struct{}{}, struct{}{}
	w.mu.Unlock()
	hello := make([]byte, 4096)
	n, _ := near.Read(hello)
	listener := bytes.Contains(hello[:n], []byte("vestibule listener"))
	var both sync.WaitGroup
	both.Go(func() { w.pass(near, far, hello[:n], listener) })
	both.Go(func() { w.pass(far, near, nil, listener) })
	both.Wait()
	w.mu.Lock()
	delete(w.open, near)
	delete(w.open, far)
	w.mu.Unlock()
}

func (w *wire) pass(from, to net.Conn, first []byte, listener bool) {
	defer to.Close()
	w.wait(listener)
	if _, err := to.Write(first); err != nil {
		return
	}
	_, _ = io.Copy(to, passing{from, w, listener})
}

// passing is what has been read and may go on.
type passing struct {
	io.Reader
	w        *wire
	listener bool
}

func (p passing) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	p.w.wait(p.listener)
	return n, err
}

func (w *wire) wait(listener bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.all || listener && w.listeners {
		w.changed.Wait()
	}
}

// hold keeps back what the listener's connection carries, or all of them do.
func (w *wire) hold(all bool) { w.set(true, all) }

// release lets all go on.
func (w *wire) release() { w.set(false, false) }

func (w *wire) set(listeners, all bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listeners, w.all = listeners, all
	w.changed.Broadcast()
}
