package httpapi_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/httpapi"
)

func contract(t *testing.T) *description {
	t.Helper()
	d, err := described()
	require.NoError(t, err)
	return d
}

// everyMethod is what a row with a star stands for. TRACE and CONNECT no downstream is asked.
var everyMethod = []string{"delete", "get", "head", "options", "patch", "post", "put"}

// operations gives the description's, by the path as the table writes it.
func (d *description) operations() map[string]map[string]node {
	all := map[string]map[string]node{}
	for _, p := range d.paths {
		path := strings.NewReplacer("{path}", "*", "{", ":", "}", "").Replace(p.template)
		all[path] = map[string]node{}
		for _, name := range p.item.names() {
			if name != "parameters" {
				all[path][name] = p.item.child(name)
			}
		}
	}
	return all
}

func TestTheDescriptionAndTheRouteTableNameTheSameRoutes(t *testing.T) {
	routes, operations := map[string][]string{}, map[string][]string{}
	for _, row := range httpapi.Table() {
		if row.Method == "*" {
			routes[row.Path] = everyMethod
			continue
		}
		routes[row.Path] = append(routes[row.Path], strings.ToLower(row.Method))
	}
	for path, methods := range contract(t).operations() {
		operations[path] = slices.Sorted(maps.Keys(methods))
	}
	for path := range routes {
		slices.Sort(routes[path])
	}
	require.Equal(t, routes, operations)
}

func TestTheDescriptionSaysOfEachRouteWhatTheTableSays(t *testing.T) {
	d := contract(t)
	operations := d.operations()
	for _, row := range httpapi.Table() {
		methods := []string{strings.ToLower(row.Method)}
		if row.Method == "*" {
			methods = everyMethod
		}
		for _, method := range methods {
			operation, about := operations[row.Path][method], method+" "+row.Path
			path, _ := d.find(strings.NewReplacer(":", "", "*", "x").Replace(row.Path))
			schemes := map[string]bool{}
			for _, one := range operation.child("security").items() {
				for _, name := range one.names() {
					schemes[name] = true
				}
			}
			require.Equal(t, !row.Anyone, schemes["cookie"], about)
			require.Equal(t, row.Tokens, schemes["bearer"], about)
			require.Equal(t, isMachine(row), schemes["client"], about)
			require.Equal(t, row.Admin, operation.child("tags", "0").text() == "administration", about)
			require.True(t, !row.Admin || slices.Contains(codes(operation.child("responses", "403")), "forbidden"), about)
			if row.Method != "*" { // what a downstream is for may need one
				require.Equal(t, row.Fresh, slices.Contains(codes(operation.child("responses", "401")), "step_up_required"), about)
			}
			sent := map[string]bool{}
			for _, p := range parameters(path, operation) {
				sent[p.child("name").text()] = true
			}
			require.Equal(t, row.Slides, sent["X-Vestibule-Activity"], about)
			require.Equal(t, row.Slides, sent["X-Vestibule-User"], about)
			require.Equal(t, row.Method != http.MethodGet && !isMachine(row), sent["X-CSRF"], about)
		}
	}
}

func isMachine(row httpapi.Declared) bool { return place{row.Method, row.Path, row.Path}.isMachine() }

// codes are those that an answer may carry, of either form of error.
func codes(n node) []string {
	var found []string
	for _, name := range []string{"code", "error"} {
		for _, item := range n.child("properties", name, "enum").items() {
			found = append(found, item.text())
		}
	}
	for _, list := range []string{"allOf", "oneOf"} {
		for _, item := range n.child(list).items() {
			found = append(found, codes(item)...)
		}
	}
	for _, kind := range n.child("content").names() {
		found = append(found, codes(n.child("content", kind, "schema"))...)
	}
	return found
}

func TestWhatAnyRequestMayBeRefusedForIsDescribedOfEachOperation(t *testing.T) {
	r := boot(t)
	p := r.person()
	for path, methods := range contract(t).operations() {
		at := strings.NewReplacer(":downstream", "record", ":sid", p.sid, ":id", p.id, "*", "x").Replace(path)
		for method := range methods { // what each answer must be, the client checks
			p.send(strings.ToUpper(method), at, nil, "X_Odd", "1").is(400)
			p.send(strings.ToUpper(method), at, nil, "Authorization", "Bearer of.no.use").is(400)
			p.send(strings.ToUpper(method), at, nil, "X-Much", strings.Repeat("x", 20<<10)).is(431)
		}
	}
	require.Empty(t, r.record.taken())
}

// toldElsewhere are the codes that no address of the public contract answers.
var toldElsewhere = map[string]string{
	"feed_unavailable":      "the internal listener's feed",
	"too_many_followers":    "the internal listener's feed",
	"key_in_use":            "vestibule keys",
	"pages_not_built":       "the pages",
	"app_unreachable":       "the pages, where a development server makes them",
	"request_not_supported": "the client, where GET /oauth/authorize sends the browser",
}

func TestEveryCodeIsDescribedAndEveryDescribedCodeExists(t *testing.T) {
	described, written := map[string]bool{}, codesOfOurs(t)
	for _, methods := range contract(t).operations() {
		for _, operation := range methods {
			for _, status := range operation.child("responses").names() {
				for _, code := range codes(operation.child("responses", status)) {
					described[code] = true
					require.Contains(t, written, code, "no code of ours has it")
				}
			}
		}
	}
	for code := range written {
		if toldElsewhere[code] == "" {
			require.Contains(t, described, code, "no operation describes it")
		}
	}
	for code := range toldElsewhere {
		require.Contains(t, written, code, "no code of ours has it")
		require.NotContains(t, described, code)
	}
}

// codesOfOurs reads them from the sources: of each fault that is written down, and those that machine.go
// makes of others.
func codesOfOurs(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../*/*.go")
	require.NoError(t, err)
	found := map[string]bool{}
	note := func(of ast.Node) {
		if literal, is := of.(*ast.BasicLit); is && literal.Kind == token.STRING {
			text, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			found[text] = true
		}
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "../verifier/") { // which is the downstreams'
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch is := n.(type) {
			case *ast.KeyValueExpr:
				if key, named := is.Key.(*ast.Ident); named && key.Name == "Code" {
					note(is.Value)
				}
			case *ast.FuncDecl:
				if is.Name.Name == "oauthError" {
					ast.Inspect(is, func(n ast.Node) bool { note(n); return true })
				}
			}
			return true
		})
	}
	return found
}

func TestEveryObjectThatWeAnswerSaysThatThereIsNoMoreInIt(t *testing.T) {
	d := contract(t)
	var walk func(node)
	seen := map[string]bool{}
	walk = func(n node) {
		if !n.exists() || seen[n.at] {
			return
		}
		seen[n.at] = true
		if n.child("type").text() == "object" {
			said := n.child("additionalProperties").value
			require.NotNil(t, said, "%s leaves open whether there may be more members", n.at)
			require.True(t, said == false || n.at == "/components/schemas/EventDetail", n.at)
		}
		for _, name := range n.child("properties").names() {
			walk(n.child("properties", name))
		}
		for _, list := range []string{"allOf", "oneOf"} {
			for _, item := range n.child(list).items() {
				walk(item)
			}
		}
		walk(n.child("items"))
	}
	for _, methods := range d.operations() {
		for _, operation := range methods {
			for _, status := range operation.child("responses").names() {
				content := operation.child("responses", status, "content")
				for _, kind := range content.names() {
					walk(content.child(kind, "schema"))
					for _, event := range content.child(kind, "x-events").names() {
						walk(content.child(kind, "x-events", event))
					}
				}
			}
		}
	}
	require.Greater(t, len(seen), 50)
}

// The check itself, held to what it is for.

const someProblem = `{"type":"about:blank","title":"Unauthorized","status":401,"code":"unauthenticated","detail":"No.","request_id":"0123456789abcdef0123456789abcdef"}`

func TestAnAnswerThatIsNotDescribedIsSeen(t *testing.T) {
	good := func() *exchange {
		path, known := contract(t).find("/auth/session")
		require.True(t, known)
		return &exchange{path: path, method: "GET", asked: http.Header{}, sent: &kept{}, status: 401,
			header: http.Header{"Content-Type": {"application/problem+json"}, "Www-Authenticate": {challenge}}}
	}
	require.Empty(t, good().faults(someProblem))
	for name, spoiled := range map[string]func(x *exchange, body *string){
		"another status":               func(x *exchange, _ *string) { x.status = 418 },
		"a status that is not its own": func(_ *exchange, body *string) { *body = strings.Replace(*body, "401", "403", 1) },
		"a member more":                func(_ *exchange, body *string) { *body = strings.Replace(*body, "{", `{"more":1,`, 1) },
		"a member less":                func(_ *exchange, body *string) { *body = strings.Replace(*body, `"title":"Unauthorized",`, "", 1) },
		"another code":                 func(_ *exchange, body *string) { *body = strings.Replace(*body, "unauthenticated", "not_found", 1) },
		"another type":                 func(x *exchange, _ *string) { x.header.Set("Content-Type", "application/json") },
		"no JSON":                      func(_ *exchange, body *string) { *body = "no" },
		"a header less":                func(x *exchange, _ *string) { x.header.Del("WWW-Authenticate") },
		"a header more":                func(x *exchange, _ *string) { x.header.Set("Set-Cookie", "a=b") },
		"a header of another form":     func(x *exchange, _ *string) { x.header.Set("WWW-Authenticate", "Digest") },
		"a method that is not there":   func(x *exchange, _ *string) { x.method, x.status = "PUT", 200 },
	} {
		x, body := good(), someProblem
		spoiled(x, &body)
		require.NotEmpty(t, x.faults(body), name)
	}
}

const challenge = `Cookie realm="vestibule", cookie-name="__Host-session"`

func TestARequestThatIsNotDescribedIsSeen(t *testing.T) {
	const taken = `{"user":{"id":"` + someUUID + `","email":"a@example.com","name":"A","role":"user"},"session":{"sid":"` + someUUID + `","kind":"browser",` +
		`"created_at":"2026-01-01T00:00:00Z","last_seen_at":"2026-01-01T00:00:00Z","idle_expires_at":"2026-01-01T00:00:00Z",` +
		`"absolute_expires_at":"2026-01-01T00:00:00Z","auth_time":"2026-01-01T00:00:00Z","amr":["pwd"],"acr":"aal1"}}`
	const refused = `{"type":"about:blank","title":"Unprocessable Entity","status":422,"code":"validation_failed","detail":"No.","request_id":"0123456789abcdef0123456789abcdef",` +
		`"fields":[{"field":"remember","rule":"unknown","message":"There is no such field."}]}`
	judge := func(status int, header http.Header, body, sent string) []string {
		path, _ := contract(t).find("/auth/login")
		x := &exchange{path: path, method: "POST", asked: http.Header{"Content-Type": {"application/json"}}, status: status, header: header}
		text := &kept{}
		_, _ = text.Write([]byte(sent))
		x.sent = text
		return x.faults(body)
	}
	ok := http.Header{"Content-Type": {"application/json"}, "Set-Cookie": {"__Host-session=" + strings.Repeat("a", 43) + "; path=/; HttpOnly; secure; SameSite=Strict"}}
	require.Empty(t, judge(200, ok, taken, `{"email":"a","password":"b"}`))
	require.NotEmpty(t, judge(200, ok, taken, `{"email":"a","password":"b","more":true}`), "taken, and not described")
	require.NotEmpty(t, judge(200, ok, strings.Replace(taken, `"name":"A",`, "", 1), `{"email":"a","password":"b"}`), "a member less, further in")
	require.NotEmpty(t, judge(200, ok, strings.Replace(taken, "00Z", "00+01:00", 1), `{"email":"a","password":"b"}`), "a time that is not UTC")
	no := http.Header{"Content-Type": {"application/problem+json"}}
	require.Empty(t, judge(422, no, refused, `{"email":"a","password":"b","more":true}`))
	require.NotEmpty(t, judge(422, no, refused, `{"email":"a","password":"b","remember":true}`), "described, and refused")
}

const someUUID = "6f1c7a52-6a2b-4a35-9b0e-6f8d8e5c1a10"

func TestAnEventThatIsNotDescribedIsSeen(t *testing.T) {
	path, _ := contract(t).find("/auth/live")
	judge := func(stream string) []string {
		x := &exchange{path: path, method: "GET", sent: &kept{}, status: 200, header: http.Header{"Content-Type": {"text/event-stream"}}}
		return x.faults(stream)
	}
	require.Empty(t, judge(": open\n\n: beat\n\nevent: ended\ndata: {\"reason\":\"signed_out\"}\n\n"))
	require.NotEmpty(t, judge(": open\n\nevent: ended\ndata: {\"reason\":\"bored\"}\n\n"))
	require.NotEmpty(t, judge(": open\n\nevent: begun\ndata: {\"reason\":\"signed_out\"}\n\n"))
}
