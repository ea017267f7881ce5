package lab

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	mostConnections = 16
	mostAnswer      = 1 << 20 // bytes
	askWithin       = 10 * time.Second
)

// request is one that the lab sends, as a client, a page or a thief would.
type request struct {
	method, url string
	header      map[string]string
	form        url.Values // or
	json        any
}

// reply is what came back, and how long that took from before it was sent.
type reply struct {
	status int
	header http.Header
	body   []byte
	sent   time.Time
	took   time.Duration
}

// admitted is any success, refused a 401 alone: whatever else comes is no verdict.
func (a reply) admitted() bool { return a.status/100 == 2 }
func (a reply) refused() bool  { return a.status == http.StatusUnauthorized }

// code is the stable word of a problem document, or OAuth's.
func (a reply) code() string {
	var said struct {
		Code  string `json:"code"`
		Error string `json:"error"`
	}
	_ = json.Unmarshal(a.body, &said)
	if said.Code != "" {
		return said.Code
	}
	return said.Error
}

// into reads an answer that had to be a success.
func (a reply) into(doing string, to any) error {
	if !a.admitted() {
		return &failure{code: "unexpected_answer", detail: doing + ": " + strconv.Itoa(a.status) + " " + a.code() + "."}
	}
	if to == nil {
		return nil
	}
	return json.Unmarshal(a.body, to)
}

// ask sends a request and reads the answer to its end.
func (r *run) ask(ctx context.Context, q request) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	prepared, err := q.prepare(ctx)
	if err != nil {
		return reply{}, err
	}
	got := reply{sent: time.Now()}
	answer, err := r.http.Do(prepared)
	if err != nil {
		return reply{}, err
	}
	defer answer.Body.Close()
	got.body, err = io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	got.took = time.Since(got.sent)
	got.status, got.header = answer.StatusCode, answer.Header
	return got, err
}

func (q request) prepare(ctx context.Context) (*http.Request, error) {
	header := map[string]string{"Accept": "application/json"}
	var body io.Reader = http.NoBody
	switch {
	case q.form != nil:
		header["Content-Type"] = "application/x-www-form-urlencoded"
		body = strings.NewReader(q.form.Encode())
	case q.json != nil:
		text, err := json.Marshal(q.json)
		if err != nil {
			return nil, err
		}
		header["Content-Type"] = "application/json"
		body = strings.NewReader(string(text))
	}
	prepared, err := http.NewRequestWithContext(ctx, q.method, q.url, body)
	if err != nil {
		return nil, err
	}
	maps.Copy(header, q.header)
	for name, value := range header {
		prepared.Header.Set(name, value)
	}
	return prepared, nil
}

// timings reads Server-Timing (W3C): milliseconds by name, and what describes them.
func timings(header http.Header) (took map[string]float64, described map[string]string) {
	took, described = map[string]float64{}, map[string]string{}
	for part := range strings.SplitSeq(header.Get("Server-Timing"), ",") {
		name, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
		for member := range strings.SplitSeq(rest, ";") {
			switch is, value, _ := strings.Cut(member, "="); is {
			case "dur":
				if ms, err := strconv.ParseFloat(value, 64); err == nil {
					took[name] = ms
				}
			case "desc":
				described[name] = strings.Trim(value, `"`)
			}
		}
	}
	return took, described
}
