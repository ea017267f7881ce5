package httpapi_test

import (
	"io"
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// mostFlights is what one session may have under way: see flights.go.
const mostFlights = 100

func TestOneSessionTakesOnlyItsShareOfStreamsAndConnections(t *testing.T) {
	r := boot(t)
	p, other := r.person(), r.person()
	r.record.answers(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/stream" {
			_ = http.NewResponseController(w).Flush()
			<-request.Context().Done()
		}
	})
	open := func(path string) io.Closer {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.at+path, http.NoBody)
		require.NoError(t, err)
		request.Header.Set("Cookie", "__Host-session="+p.cookie)
		got, err := r.client.Do(request)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, got.StatusCode)
		return got.Body
	}
	var streams []io.Closer
	for len(streams) < mostFlights {
		streams = append(streams, open("/auth/live"), open("/api/record/stream"))
	}
	refused := p.get("/auth/live")
	refused.problem(429, "rate_limited")
	require.Equal(t, "1", refused.header.Get("Retry-After"))
	p.get("/api/record/").problem(429, "rate_limited")
	p.get("/auth/session").is(200)
	other.get("/api/record/").is(200)

	p.again().post("/auth/logout", nil).is(204) // another session of the same person: nothing of theirs
	p.get("/api/record/").problem(429, "rate_limited")
	for _, stream := range streams {
		require.NoError(t, stream.Close())
	}
	p.post("/auth/logout", nil).is(204) // ends the live streams, whose leavers are noticed late
}

func TestWhatADownstreamAnswersIsNoWorker(t *testing.T) {
	r := boot(t)
	p := r.person()
	for _, headers := range [][]string{{"Sec-Fetch-Dest", "serviceworker"}, {"Sec-Fetch-Dest", "sharedworker"}, {"Sec-Fetch-Dest", "worker"}, {"Service-Worker", "script"}} {
		p.get("/api/record/worker.js", headers...).problem(403, "forbidden")
	}
	require.Empty(t, r.record.taken())
	p.get("/api/record/", "Sec-Fetch-Dest", "script").is(200)
	require.Contains(t, r.visitor().get("/account/").is(200).header.Get("Content-Security-Policy"), "worker-src 'none'")
}

func TestWhatIsRefusedIsNotedInTheLog(t *testing.T) {
	r := boot(t)
	p := r.person()
	answered := p.post("/auth/logout", nil, "Sec-Fetch-Site", "cross-site").problem(403, "csrf_rejected")
	require.Contains(t, r.log.String(), "csrf_rejected")
	require.Contains(t, r.log.String(), answered["request_id"])
}

func TestAFileOfTheAppIsStreamedByTheNameItHas(t *testing.T) {
	large := make([]byte, 4<<20)
	r := boot(t, func(s *setup) {
		s.app = fstest.MapFS{"index.html": {Data: []byte("the app")}, "my file é.txt": {Data: []byte("mine")}, "large.bin": {Data: large}}
	})
	v := r.visitor()
	require.Equal(t, "mine", v.get("/my%20file%20%C3%A9.txt").is(200).body)
	require.Len(t, v.get("/large.bin").is(200).body, len(large))
	require.Equal(t, "the app", v.get("/no%20such%20file").is(200).body)
	require.Empty(t, v.send("HEAD", "/large.bin", nil).is(200).body)
}
