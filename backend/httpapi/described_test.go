package httpapi_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
)

// checked holds each exchange of a test with the public door against the description: whatever a test is
// about, an answer that is not described makes it red.
type checked struct {
	t    testing.TB
	door string // host and port
	next *http.Transport
	as   *description
}

// CloseIdleConnections is what http.Client looks for.
func (c checked) CloseIdleConnections() { c.next.CloseIdleConnections() }

// RoundTrip implements http.RoundTripper.
func (c checked) RoundTrip(request *http.Request) (*http.Response, error) {
	path, known := c.as.find(request.URL.EscapedPath())
	if request.URL.Host != c.door || !known {
		return c.next.RoundTrip(request)
	}
	sent := &kept{}
	x := &exchange{path: path, method: request.Method, query: request.URL.Query(), asked: request.Header, sent: sent}
	if request.Body != nil && request.Body != http.NoBody {
		copied := *request
		copied.Body = teed{io.TeeReader(request.Body, sent), request.Body}
		request = &copied
	}
	got, err := c.next.RoundTrip(request)
	if err != nil {
		return got, err
	}
	x.status, x.header = got.StatusCode, got.Header
	if x.fromDownstream() {
		c.tell(x.faults("")) // whatever its body is
		return got, nil
	}
	got.Body = &watched{ReadCloser: got.Body, whole: func(body string) { c.tell(x.faults(body)) }}
	return got, nil
}

func (c checked) tell(faults []string) {
	for _, f := range faults {
		assert.Fail(c.t, f, "frontend/openapi.yaml describes it otherwise")
	}
}

type teed struct {
	io.Reader
	io.Closer
}

// kept is what was sent; it may still be, when the answer comes.
type kept struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (k *kept) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.Write(p)
}

func (k *kept) String() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.String()
}

// watched tells what a body was, once it has been read to its end.
type watched struct {
	io.ReadCloser
	read  bytes.Buffer
	whole func(string)
	once  sync.Once
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	w.read.Write(p[:n])
	if err == io.EOF {
		w.once.Do(func() { w.whole(w.read.String()) })
	}
	return n, err
}

// exchange is one request and its answer.
type exchange struct {
	path   describedPath
	method string
	query  url.Values
	asked  http.Header
	sent   fmt.Stringer
	status int
	header http.Header
}

// toldHeaders are part of the contract: where they are not described, they are not sent.
var toldHeaders = []string{"Set-Cookie", "Location", "Retry-After", "Www-Authenticate", "Allow"}

// fromDownstream tells a downstream's answer from ours, as the description says.
func (x *exchange) fromDownstream() bool {
	return strings.HasPrefix(x.path.template, "/api/") &&
		(x.status == http.StatusSwitchingProtocols || x.header.Get("Content-Security-Policy") == "sandbox")
}

// faults is all in which an exchange is not as it is described.
func (x *exchange) faults(body string) []string {
	f := faults{about: x.method + " " + x.path.template + " " + strconv.Itoa(x.status)}
	operation := x.path.item.child(strings.ToLower(x.method))
	if !operation.exists() || x.method != strings.ToUpper(x.method) { // which matters in HTTP
		x.elsewhere(&f, body)
		return f.found
	}
	answer := operation.child("responses", strconv.Itoa(x.status))
	if x.fromDownstream() {
		answer = operation.child("responses", "default")
	}
	if !answer.exists() {
		f.add("this status is not described: %.200s", body)
		return f.found
	}
	x.headers(&f, answer.child("headers"))
	if !x.fromDownstream() {
		x.body(&f, answer.child("content"), body)
	}
	x.request(&f, operation, body)
	return f.found
}

// elsewhere is what a method that a path does not have is answered: a problem, of any code.
func (x *exchange) elsewhere(f *faults, body string) {
	if x.status < 400 || x.header.Get("Content-Type") != "application/problem+json" {
		f.add("this method is not described")
	} else if x.method != http.MethodHead {
		f.judge("the body", x.path.item.in.place("/components/schemas/Problem"), body)
	}
}

func (x *exchange) headers(f *faults, known node) {
	for _, name := range known.names() {
		header, values := known.child(name), x.header.Values(name)
		if len(values) == 0 && header.child("required").value == true {
			f.add("%s is missing", name)
		}
		for _, value := range values {
			f.accept(name, header.child("schema"), typed(value, header.child("schema")))
		}
	}
	for _, name := range toldHeaders {
		isKnown := slices.ContainsFunc(known.names(), func(k string) bool { return http.CanonicalHeaderKey(k) == name })
		if x.header.Get(name) != "" && !isKnown && !x.fromDownstream() {
			f.add("%s is not described: %s", name, x.header.Get(name))
		}
	}
}

func (x *exchange) body(f *faults, content node, body string) {
	if x.method == http.MethodHead {
		return
	}
	if !content.exists() {
		if body != "" {
			f.add("there is no body: %.200s", body)
		}
		return
	}
	kind, _, _ := mime.ParseMediaType(x.header.Get("Content-Type"))
	media := content.child(kind)
	switch {
	case !media.exists():
		f.add("the type %q is not described", kind)
	case kind == "text/event-stream":
		events(f, media.child("x-events"), body)
	case media.child("x-line").exists():
		for line := range strings.Lines(body) {
			f.judge("a line", media.child("x-line"), line)
		}
	case !strings.HasSuffix(kind, "json"): // a text
	default:
		f.judge("the body", media.child("schema"), body)
		if status := fmt.Sprintf(`"status":%d,`, x.status); kind == "application/problem+json" && !strings.Contains(body, status) {
			f.add("the body names another status: %s", body)
		}
	}
}

// events judges a stream of server-sent events.
func events(f *faults, known node, stream string) {
	for block := range strings.SplitSeq(stream, "\n\n") {
		if block == "" || strings.HasPrefix(block, ":") {
			continue
		}
		first, data, _ := strings.Cut(block, "\ndata: ")
		name := strings.TrimPrefix(first, "event: ")
		if !known.child(name).exists() {
			f.add("the event %q is not described", block)
			continue
		}
		f.judge("the event "+name, known.child(name), data)
	}
}

// request holds what was sent to the description, both ways: what is taken must be described, and what is
// refused for its form must not be.
func (x *exchange) request(f *faults, operation node, body string) {
	taken := x.status < 300 && !x.fromDownstream()
	for _, p := range parameters(x.path, operation) {
		if name := p.child("name").text(); taken && p.child("in").text() == "query" && x.query.Has(name) && x.query.Get(name) != "" {
			f.accept("the parameter "+name, p.child("schema"), typed(x.query.Get(name), p.child("schema")))
		}
	}
	content := operation.child("requestBody", "content")
	if !content.exists() {
		return
	}
	kind, _, _ := mime.ParseMediaType(x.asked.Get("Content-Type"))
	schema := content.child(kind, "schema")
	switch sent := x.sent.String(); {
	case taken && !schema.exists():
		f.add("a body of type %q was taken", kind)
	case taken && kind == "application/x-www-form-urlencoded":
		f.accept("the form", schema, form(sent))
	case taken:
		f.judge("the request's body", schema, sent)
	case x.status == http.StatusUnprocessableEntity && slices.ContainsFunc([]string{"required", "unknown", "type"}, func(rule string) bool {
		return strings.Contains(body, `"rule":"`+rule+`","message":"Th`) // said of the form, not of what was typed
	}):
		if value, err := jsonschema.UnmarshalJSON(strings.NewReader(sent)); err == nil && schema.accepts(value) == nil {
			f.add("this is described, and was refused: %s", sent)
		}
	}
}

// form is what a form holds. One that is empty counts as left out.
func form(sent string) map[string]any {
	values, _ := url.ParseQuery(sent)
	read := map[string]any{}
	for name := range values {
		if value := values.Get(name); value != "" {
			read[name] = value
		}
	}
	return read
}

// typed reads the text of a header or of a parameter as its schema has it.
func typed(text string, schema node) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && schema.child("type").text() == "integer" {
		return n
	}
	return text
}

type faults struct {
	about string
	found []string
}

func (f *faults) add(format string, args ...any) {
	f.found = append(f.found, f.about+": "+fmt.Sprintf(format, args...))
}

func (f *faults) accept(what string, schema node, value any) {
	if err := schema.accepts(value); err != nil {
		f.add("%s: %v", what, err)
	}
}

// judge reads JSON and holds it against a schema.
func (f *faults) judge(what string, schema node, text string) {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		f.add("%s is no JSON: %.200s", what, text)
		return
	}
	if err := schema.accepts(value); err != nil {
		f.add("%s: %v\n%.2000s", what, err, text)
	}
}
