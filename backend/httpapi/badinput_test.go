package httpapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// postDoor is one that reads a body, with one that it would take.
type postDoor struct {
	path     string // after the method, where that is not POST
	signedIn bool
	body     object
}

// to sends a body to the door. An administrator is signed in at all of them.
func (d postDoor) to(b *browser, body any, headers ...string) answer {
	b.r.t.Helper()
	method, path := d.target()
	return b.send(method, path, body, headers...)
}

func (d postDoor) target() (method, path string) {
	if method, path, is := strings.Cut(d.path, " "); is {
		return method, path
	}
	return "POST", d.path
}

// postDoors are all that there are: TestEveryDoorThatReadsABodyIsListedHere holds that.
func postDoors() []postDoor {
	return []postDoor{
		{"/auth/register", false, object{"email": "new@example.com", "password": goodPassword, "name": "New"}},
		{"/auth/login", false, object{"email": "nobody@example.com", "password": goodPassword, "remember": true}},
		{"/auth/step-up", true, object{"password": goodPassword}},
		{"/oauth/authorize", true, asking("cli").with("approve", true, "password", goodPassword)},
		{"/oauth/device", true, object{"user_code": "BCDF-GHJK", "approve": true, "password": goodPassword}},
		{"/auth/password", true, object{"current_password": goodPassword, "new_password": "another day, another walk"}},
		{"/admin/sessions/end", true, object{"sids": []string{uuid.NewString()}, "filter": object{"q": "nobody"}, "all": true, "expected": 1}}, // one too many
		{"/admin/keys/rotate", true, object{"compromised": "no such key"}},
		{"PATCH /admin/users/" + uuid.NewString(), true, object{"role": "user", "disabled": true}},
	}
}

// with gives the door's body with one member changed.
func (d postDoor) with(name string, value any) object {
	changed := maps.Clone(d.body)
	changed[name] = value
	return changed
}

// names gives the members of its body, in order.
func (d postDoor) names() []string { return slices.Sorted(maps.Keys(d.body)) }

// demands says whether a member must be there: of the approvals, what they approve may be any of it.
func (d postDoor) demands(name string) bool {
	return name != "remember" && !strings.Contains(d.path, "/admin/") && (!strings.HasPrefix(d.path, "/oauth/") || name == "user_code")
}

// spelled writes the body with one member's value as it is given here, and the others as they are.
func (d postDoor) spelled(name, value string) string {
	var parts []string
	for _, n := range d.names() {
		if n == name {
			parts = append(parts, fmt.Sprintf("%q:%s", n, value))
			continue
		}
		parts = append(parts, fmt.Sprintf("%q:%s", n, spell(d.body[n])))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func spell(value any) string {
	text, _ := json.Marshal(value) // made here, of what has a spelling
	return string(text)
}

// eachDoor runs a check at every door, and holds that nothing became of it: no account, no session,
// no cookie, no fault of ours.
func eachDoor(t *testing.T, check func(*testing.T, *browser, postDoor)) {
	t.Helper()
	r := boot(t)
	p := r.admin()
	for _, door := range postDoors() {
		t.Run(door.path, func(t *testing.T) {
			b := r.as(t).visitor()
			if door.signedIn {
				b.cookie = p.cookie
			}
			held := b.cookie
			check(t, b, door)
			require.Equal(t, held, b.cookie)
		})
	}
	require.Equal(t, 1, one[int](r, `SELECT count(*) FROM users WHERE role = 'admin' AND disabled_at IS NULL`))
	require.Equal(t, 1, one[int](r, `SELECT count(*) FROM users`))
	require.Equal(t, []string{p.sid}, many[string](r, `SELECT sid::text FROM sessions`))
	require.NotContains(t, r.log.String(), "internal_error")
}

func TestABodyThatIsNotOneJSONObjectIsMalformed(t *testing.T) {
	eachDoor(t, func(t *testing.T, b *browser, door postDoor) {
		good := door.spelled("", "")
		for _, body := range []string{
			"", " ", "null", "true", "1", `"x"`, "[]", "[" + good + "]", "{", good[:len(good)-1], good + good, good + "x", good + "]",
			strings.Replace(good, ":", "=", 1), strings.ReplaceAll(good, `"`, `'`), "\xef\xbb\xbf" + good, "\xff\xfe{\x00}\x00", "\x1f\x8b\x08\x00",
			strings.Replace(good, "{", "{,", 1), strings.Replace(good, "}", ",}", 1), "// a comment\n" + good,
			door.spelled(door.names()[0], `"a`+"\n"+`b"`), door.spelled(door.names()[0], `"\x41"`), door.spelled(door.names()[0], "NaN"),
			door.spelled(door.names()[0], strings.Repeat("[", 20_000)), door.spelled(door.names()[0], strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)),
			`{"x":` + strings.Repeat(`{"x":`, 12_000),
		} {
			document := door.to(b, body).problem(400, "malformed_json")
			require.Contains(t, document["detail"], "at byte", "%.60q", body)
		}
	})
}

func TestEachMemberMustBeKnownThereOnceAndOfItsType(t *testing.T) {
	eachDoor(t, func(t *testing.T, b *browser, door postDoor) {
		require.Equal(t, "admin:unknown", door.to(b, door.with("admin", true)).fields())
		require.Equal(t, "__proto__:unknown", door.to(b, door.with("__proto__", object{})).fields())
		for _, name := range door.names() {
			missing := maps.Clone(door.body)
			delete(missing, name)
			if door.demands(name) {
				require.Equal(t, name+":required", door.to(b, missing).fields())
			}
			kinds := []any{nil, 1.5, 1e300, object{}, []any{}, []any{"x"}, true, 1, "1", "true", ""}
			isText := false
			kinds = slices.DeleteFunc(kinds, func(kind any) bool {
				switch door.body[name].(type) {
				case []string:
					return fmt.Sprintf("%T", kind) == "[]interface {}"
				case object:
					return fmt.Sprintf("%T", kind) == "httpapi_test.object"
				case string:
					isText = true
				}
				return fmt.Sprintf("%T", kind) == fmt.Sprintf("%T", door.body[name])
			})
			for _, kind := range kinds {
				require.Equal(t, name+":type", door.to(b, door.with(name, kind)).fields(), kind)
			}
			twice := strings.TrimSuffix(door.spelled("", ""), "}") + fmt.Sprintf(",%q:%s}", name, spell(door.body[name]))
			require.Equal(t, name+":duplicate", door.to(b, twice).fields())
			shouted := door.with(strings.ToUpper(name), door.body[name])
			require.Equal(t, strings.ToUpper(name)+":unknown", door.to(b, shouted).fields(), "names have one spelling")
			if isText {
				require.Equal(t, name+":utf8", door.to(b, door.spelled(name, "\"a\xffb\"")).fields())
				require.Equal(t, name+":utf8", door.to(b, door.spelled(name, "\"\xed\xa0\x80\"")).fields())
				for _, half := range []string{`\ud800`, `\uDFFF\ud800`, `\ud800\\udc00`, `\ud83d\ud83d\ude00`, `x\udc00`, `\ud800\n`} {
					require.Equal(t, name+":utf8", door.to(b, door.spelled(name, `"`+half+`"`)).fields(), half)
				}
			}
		}
		got := door.to(b, strings.Replace(door.spelled("", ""), "{", "{\"a\xffb\":1,", 1))
		require.Contains(t, []int{400, 422}, got.status)
		long := door.to(b, door.with(strings.Repeat("x", 5_000), 1))
		require.Contains(t, long.fields(), "…:unknown")
		require.Less(t, len(long.body), 1_000, "a stranger's text is not repeated at length")
	})
}

func TestNoTextOfAStrangerIsAFaultOfOurs(t *testing.T) {
	r := boot(t)
	for _, door := range postDoors() {
		for _, name := range door.names() {
			if _, isText := door.body[name].(string); !isText {
				continue
			}
			for _, value := range []string{
				`"\u0000"`, `"a\u0000b"`, `"\u202e"`, `"'; DROP TABLE users; --"`, `"%s%n"`, `"$1"`, `"?"`,
				`"{}"`, `"<script>"`, `"\\"`, `"` + strings.Repeat("é", 100) + `"`, `"` + strings.Repeat("x", 60_000) + `"`,
			} {
				got := door.to(r.admin().browser, door.spelled(name, value))
				require.Contains(t, []int{200, 201, 204, 400, 401, 404, 422}, got.status, "%s %s %.40s: %s", door.path, name, value, got.body)
				r.exec(`DELETE FROM attempts; DELETE FROM users`)
			}
		}
	}
	require.NotContains(t, r.log.String(), "request failed")
}

func TestWhatIsTooLongIsRefusedAndNeverCut(t *testing.T) {
	r := boot(t)
	p := r.person()
	longest := strings.Repeat("ab cd ", 21) + "xy" // 128
	p.post("/auth/password", object{"current_password": goodPassword, "new_password": longest}).is(204)
	r.visitor().signIn(p.email, longest).is(200)
	require.Equal(t, "password:too_long", r.visitor().signIn(p.email, longest+"z").fields(), "the first 128 are right")
	require.Equal(t, "password:too_long", p.post("/auth/step-up", object{"password": longest + "z"}).fields())
	require.Equal(t, "new_password:too_long", p.post("/auth/password", object{"current_password": longest, "new_password": longest + "z"}).fields())
	require.Equal(t, "current_password:too_long", p.post("/auth/password", object{"current_password": longest + "z", "new_password": goodPassword}).fields())
	require.Equal(t, "password:too_long", r.visitor().post("/auth/register", object{"email": "a@example.com", "password": longest + "z", "name": "A"}).fields())

	address := func(n int) string { return strings.Repeat("a", n-len("@example.com")) + "@example.com" }
	r.visitor().post("/auth/register", object{"email": address(254), "password": goodPassword, "name": strings.Repeat("é", 100)}).is(201)
	require.Equal(t, "email:too_long name:too_long",
		r.visitor().post("/auth/register", object{"email": address(255), "password": goodPassword, "name": strings.Repeat("é", 101)}).fields())
	require.Equal(t, "email:too_long", r.visitor().signIn(address(255), goodPassword).fields())
}

func TestABodyOver64KiBIs413WhetherItSaysItsLengthOrNot(t *testing.T) {
	eachDoor(t, func(t *testing.T, b *browser, door postDoor) {
		filled := func(size int) string {
			good := door.spelled(door.names()[0], "1") // wrong, so that nothing comes of it
			return good + strings.Repeat(" ", size-len(good))
		}
		for _, size := range []int{64<<10 + 1, 256 << 10, 8 << 20} {
			door.to(b, filled(size)).problem(413, "body_too_large")
			door.to(b, io.MultiReader(strings.NewReader(filled(size)))).problem(413, "body_too_large") // chunked
		}
		require.Equal(t, door.names()[0]+":type", door.to(b, filled(64<<10)).fields())
		require.Equal(t, door.names()[0]+":type", door.to(b, io.MultiReader(strings.NewReader(filled(64<<10)))).fields())
		answers, _ := b.r.raw(head(b, door, "Content-Length: 9999999999999") + strings.Repeat(" ", 9_000))
		require.Len(t, answers, 1)
		answers[0].problem(413, "body_too_large")
	})
}

// head is the head of a request as this browser would send it.
func head(b *browser, door postDoor, headers ...string) string {
	method, path := door.target()
	text := method + " " + path + " HTTP/1.1\r\nHost: app.example.com\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n"
	if b.cookie != "" {
		text += "Cookie: __Host-session=" + b.cookie + "\r\n"
	}
	return text + strings.Join(headers, "\r\n") + "\r\n\r\n"
}

func TestABodyOfAnotherKindIs415(t *testing.T) {
	eachDoor(t, func(_ *testing.T, b *browser, door postDoor) {
		for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json, text/plain",
			"application/jsonp", "application/problem+json", "json", "application/json;;", "text/plain; application/json", "*/*"} {
			door.to(b, door.body, "Content-Type", kind).problem(415, "unsupported_media_type")
		}
		door.to(b, nil).problem(415, "unsupported_media_type")
		door.to(b, "{", "Content-Type", "Application/JSON; Charset=utf-8").problem(400, "malformed_json")
	})
}

func TestACutUploadIsNeverTakenForAWholeOne(t *testing.T) {
	eachDoor(t, func(t *testing.T, b *browser, door postDoor) {
		good := door.spelled("", "")
		long := good + strings.Repeat(" ", 20_000)
		for name, text := range map[string]string{
			"in the middle":            head(b, door, fmt.Sprintf("Content-Length: %d", len(good))) + good[:len(good)/2],
			"before it began":          head(b, door, fmt.Sprintf("Content-Length: %d", len(good))),
			"after the object":         head(b, door, fmt.Sprintf("Content-Length: %d", len(good)+5)) + good,
			"long after the object":    head(b, door, fmt.Sprintf("Content-Length: %d", len(long)+5)) + long,
			"in a chunk":               head(b, door, "Transfer-Encoding: chunked") + fmt.Sprintf("%x\r\n%s", len(good)+5, good),
			"before the last chunk":    head(b, door, "Transfer-Encoding: chunked") + fmt.Sprintf("%x\r\n%s\r\n", len(good), good),
			"in the last chunk":        head(b, door, "Transfer-Encoding: chunked") + fmt.Sprintf("%x\r\n%s\r\n0\r\n", len(good), good),
			"a chunk without a length": head(b, door, "Transfer-Encoding: chunked") + "zz\r\n" + good + "\r\n0\r\n\r\n",
		} {
			answers, all := b.r.raw(text)
			require.LessOrEqual(t, len(answers), 1, name)
			for _, got := range answers {
				require.Equal(t, 400, got.status, "%s: %s", name, all)
				got.fenced()
			}
		}
	})
}

func TestEveryDoorThatReadsABodyIsListedHere(t *testing.T) {
	r := boot(t)
	p := r.person()
	listed := map[string]bool{"/auth/logout": true} // it reads none
	for _, door := range postDoors() {
		listed[door.path] = true
		if method, path := door.target(); strings.HasPrefix(path, "/admin/users/") {
			listed[method+" /admin/users/:id"] = true
		}
	}
	for _, place := range r.registered() {
		if (place.method == "POST" || place.method == "PATCH" && strings.HasPrefix(place.path, "/admin")) && !listed[place.path] && !listed[place.method+" "+place.route] && !place.isMachine() && !strings.HasPrefix(place.path, "/api/record") {
			got := p.post(place.path, "{}")
			require.Contains(t, []int{404, 405}, got.status, place.path)
		}
	}
}
