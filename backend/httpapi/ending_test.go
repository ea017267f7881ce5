package httpapi_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// open is something of a downstream's that is under way at a replica.
type open struct {
	name   string
	closed chan error
}

// opens gives a stream, a request that is not answered, and a WebSocket of one person, all of them
// known to the downstream.
func opens(r *replica, p *person) []open {
	r.t.Helper()
	began := make(chan struct{})
	r.record.answers(func(w http.ResponseWriter, request *http.Request) {
		if request.Header.Get("Upgrade") != "" {
			echo(w, request)
			return
		}
		if request.URL.Path == "/stream" {
			_, _ = io.WriteString(w, "data: one\n\n")
			_ = http.NewResponseController(w).Flush()
		} else {
			began <- struct{}{}
		}
		<-request.Context().Done()
	})
	ask := func(path string) (*http.Response, error) {
		request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, "http://"+r.at+"/api/record"+path, http.NoBody)
		require.NoError(r.t, err)
		request.Header.Set("Cookie", "__Host-session="+p.cookie)
		return (&http.Client{}).Do(request)
	}
	all := []open{{"a stream", make(chan error, 1)}, {"a request without an answer", make(chan error, 1)}, {"a WebSocket", make(chan error, 1)}}
	stream, err := ask("/stream")
	require.NoError(r.t, err)
	_, err = io.ReadFull(stream.Body, make([]byte, len("data: one\n\n")))
	require.NoError(r.t, err)
	go func() {
		defer stream.Body.Close()
		_, err := io.Copy(io.Discard, stream.Body)
		all[0].closed <- err
	}()
	go func() {
		answer, err := ask("/held")
		if err == nil {
			_ = answer.Body.Close()
			require.Equal(r.t, http.StatusUnauthorized, answer.StatusCode)
			err = io.EOF
		}
		all[1].closed <- err
	}()
	<-began
	socket, _, err := websocket.Dial(r.t.Context(), "ws://"+r.at+"/api/record/ws", &websocket.DialOptions{
		HTTPHeader: http.Header{"Cookie": {"__Host-session=" + p.cookie}, "Origin": {publicURL}}, HTTPClient: &http.Client{},
	})
	require.NoError(r.t, err)
	go func() {
		_, _, err := socket.Read(r.t.Context())
		require.Equal(r.t, websocket.StatusCode(4401), websocket.CloseStatus(err), "%v", err)
		all[2].closed <- err
	}()
	return all
}

func TestWhatIsUnderWayAtAnotherReplicaEndsWithinASecondOfItsSession(t *testing.T) {
	r := boot(t)
	second := r.beside()
	for name, end := range map[string]func(p *person){
		"signing out":        func(p *person) { p.post("/auth/logout", nil).is(204) },
		"a DELETE in psql":   func(p *person) { r.exec(`DELETE FROM sessions WHERE sid = $1`, p.sid) },
		"a disabled account": func(p *person) { r.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, p.id) },
		"the idle limit": func(p *person) {
			r.exec(`UPDATE sessions SET idle_expires_at = clock_timestamp() + interval '100 milliseconds' WHERE sid = $1`, p.sid)
		},
		"the absolute limit": func(p *person) {
			r.exec(`UPDATE sessions SET idle_expires_at = clock_timestamp() + interval '100 milliseconds', absolute_expires_at = clock_timestamp() + interval '100 milliseconds' WHERE sid = $1`, p.sid)
		},
	} {
		p, spared := r.person(), r.person()
		under := opens(second, p)
		kept := spared.at(second).live()
		end(p)
		late := time.After(1100 * time.Millisecond) // of which a limit takes its 100
		for _, each := range under {
			select {
			case err := <-each.closed:
				require.Error(t, err, "%s looks complete after %s", each.name, name)
			case <-late:
				require.Fail(t, "it is still open", "%s, a second after %s", each.name, name)
			}
		}
		spared.post("/auth/logout", nil).is(204)
		kept.ends("signed_out") // the first that it hears
	}
	require.Eventually(t, func() bool { return second.memory.Watch.Open() == 0 }, within, time.Millisecond)
}

func TestALongDownloadDoesNotSlideItsSessionAndEndsAtTheIdleLimit(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.turn(`UPDATE sessions SET idle_expires_at = clock_timestamp() + interval '1 second'`)
	r.record.answers(func(w http.ResponseWriter, request *http.Request) {
		for request.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.at+"/api/record/endless", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Cookie", "__Host-session="+p.cookie)
	began := time.Now()
	got, err := r.client.Do(request)
	require.NoError(t, err)
	defer got.Body.Close()
	_, err = io.Copy(io.Discard, got.Body)
	require.Error(t, err, "it looks complete")
	require.Less(t, time.Since(began), 2*time.Second+lateness)
}

// lateness is what a busy machine adds.
const lateness = 500 * time.Millisecond
