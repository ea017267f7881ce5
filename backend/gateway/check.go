package gateway

import (
	"bytes"

	"github.com/valyala/fasthttp"
)

// CheckPath refuses every request target that two programs could read in two ways: dot segments and
// double slashes, encoded or not, backslashes, control and non-ASCII bytes, broken escapes, fragments,
// and targets that are no path. The query is not looked at, except for bytes that no target has.
func CheckPath(target []byte) error {
	if len(target) == 0 || target[0] != '/' {
		return ErrPath
	}
	path, query, _ := bytes.Cut(target, []byte("?"))
	for _, b := range query {
		if b <= ' ' || b >= 0x7f || b == '#' {
			return ErrPath
		}
	}
	segment := 0 // where the current one begins
	for i := 0; i < len(path); i++ {
		switch b := path[i]; {
		case b <= ' ' || b >= 0x7f || b == '\\' || b == '#':
			return ErrPath
		case b == '%':
			if refusedEscape(path, i) {
				return ErrPath
			}
			i += 2
		case b == '/' && i > 0:
			if isDots(path[segment:i]) || (i == segment) {
				return ErrPath
			}
			segment = i + 1
		case b == '/':
			segment = 1
		}
	}
	if isDots(path[segment:]) {
		return ErrPath
	}
	return nil
}

// refusedEscape finds a broken escape, or one of a byte that changes how a path is read, be it decoded
// once or twice.
func refusedEscape(path []byte, i int) bool {
	b, ok := escaped(path, i)
	if b == '%' && i+4 < len(path) { // as it would be after one decoding
		if twice, again := escaped(append([]byte{'%'}, path[i+3:i+5]...), 0); again {
			b = twice
		}
	}
	return !ok || b == '.' || b == '/' || b == '\\' || b < ' ' || b == 0x7f
}

// escaped reads the escape that begins at i. It reports false for a broken one.
func escaped(path []byte, i int) (byte, bool) {
	if i+2 >= len(path) {
		return 0, false
	}
	high, low := unhex(path[i+1]), unhex(path[i+2])
	return byte(high<<4 | low), high >= 0 && low >= 0 //nolint:gosec // each is below 16
}

func unhex(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}

// isDots finds a segment that means this folder or the one above, or that something which strips
// parameters or white space would take for it.
func isDots(segment []byte) bool {
	rest := bytes.TrimLeft(segment, ".")
	if dots := len(segment) - len(rest); dots < 1 || dots > 2 {
		return false
	}
	if len(rest) == 0 || rest[0] == ';' {
		return true
	}
	b, ok := escaped(rest, 0)
	return ok && rest[0] == '%' && (b == ';' || b == ' ')
}

// CheckRequest refuses heads that two parsers could read in two ways, beyond what fasthttp refuses
// itself: other versions of HTTP, names of headers that are no tokens or have an underscore (some
// servers take it for a hyphen), a length given twice (RFC 9112, 6.3), lines that are folded or end in
// a line feed alone, and carriage returns and zeros within one (5.2, 2.2; RFC 9110, 5.5).
func CheckRequest(h *fasthttp.RequestHeader) error {
	if p := h.Protocol(); string(p) != "HTTP/1.1" && string(p) != "HTTP/1.0" {
		return ErrRequest
	}
	raw := h.RawHeaders()
	if hasOddLines(raw) {
		return ErrRequest
	}
	if h.ContentLength() == -1 && bytes.Contains(bytes.ToLower(raw), []byte("content-length:")) {
		return ErrRequest
	}
	return nil
}

func hasOddLines(raw []byte) bool {
	for len(raw) > 0 {
		line, rest, ended := bytes.Cut(raw, []byte("\r\n"))
		name, _, _ := bytes.Cut(line, []byte(":"))
		for _, b := range name { // a folded line begins with a space
			if !isToken[b] {
				return true
			}
		}
		if !ended || bytes.ContainsAny(line, "\r\n\x00") {
			return true
		}
		raw = rest
	}
	return false
}

// isToken is RFC 9110's tchar without the underscore.
var isToken = func() (is [256]bool) {
	for _, b := range []byte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&'*+-.^`|~") {
		is[b] = true
	}
	return is
}()
