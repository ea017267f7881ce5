package httpapi

import (
	"encoding/base64"
	"encoding/binary"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"vestibule/backend/fault"
)

const (
	pageUsual = 50
	pageMost  = 200
	countMost = 100_000 // how far matches are counted
	textMost  = 254     // characters of a filter: an address is no longer
)

// values reads filters, from a query or from a body, and notes all that is wrong with them at once. One
// that is absent or empty asks for nothing.
type values struct {
	given  map[string]string
	read   map[string]bool
	prefix string // of the names in faults
	faults []fault.Field
}

// queryValues reads each parameter of the query, which may come once.
func queryValues(c *fiber.Ctx) *values {
	v := &values{given: map[string]string{}, read: map[string]bool{}}
	for name, value := range c.Context().QueryArgs().All() {
		if _, twice := v.given[string(name)]; twice {
			v.wrong(printable(string(name)), "duplicate", "This is given twice.")
		}
		v.given[string(name)] = string(value)
	}
	return v
}

func (v *values) wrong(name, rule, message string) {
	v.faults = append(v.faults, fault.Field{Name: v.prefix + name, Rule: rule, Message: message})
}

// get gives what was sent under a name.
func (v *values) get(name string) string {
	v.read[name] = true
	return v.given[name]
}

// err reports the faults, and names that nobody has asked for: a filter that is misspelt must not show, or
// end, more than was meant.
func (v *values) err() error {
	for name := range v.given {
		if !v.read[name] {
			v.wrong(printable(name), "unknown", "There is no such filter.")
		}
	}
	if len(v.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(v.faults, func(a, b fault.Field) int { return strings.Compare(a.Name, b.Name) })
	return fault.NewInvalid(v.faults...)
}

func (v *values) text(name string) string {
	text := v.get(name)
	switch {
	case !utf8.ValidString(text):
		v.wrong(name, "utf8", "This is not valid UTF-8.")
	case strings.ContainsFunc(text, unicode.IsControl):
		v.wrong(name, "characters", "This has no control characters.")
	case utf8.RuneCountInString(text) > textMost:
		v.wrong(name, "too_long", "This has at most "+strconv.Itoa(textMost)+" characters.")
	default:
		return strings.TrimSpace(text)
	}
	return ""
}

func (v *values) choice(name string, among ...string) string {
	text := v.get(name)
	if text != "" && !slices.Contains(among, text) {
		v.wrong(name, "choice", "This must be one of: "+strings.Join(among, ", ")+".")
		return ""
	}
	return text
}

func (v *values) truth(name string) *bool {
	text := v.choice(name, "true", "false")
	if text == "" {
		return nil
	}
	is := text == "true"
	return &is
}

func (v *values) id(name string) uuid.UUID {
	text := v.get(name)
	if text == "" {
		return uuid.Nil
	}
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 || id == uuid.Nil {
		v.wrong(name, "uuid", "This must be a UUID.")
		return uuid.Nil
	}
	return id
}

func (v *values) limit() int {
	text := v.get("limit")
	if text == "" {
		return pageUsual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > pageMost {
		v.wrong("limit", "range", "This must be a whole number from 1 to "+strconv.Itoa(pageMost)+".")
		return pageUsual
	}
	return n
}

func (v *values) moment(name string) time.Time {
	text := v.get(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.Year() < 1 || at.Year() > 9999 {
		v.wrong(name, "time", "This must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z.")
		return time.Time{}
	}
	return at
}

// durationMost is a hundred years: longer than anything here lasts, and within what a database counts.
const durationMost = 100 * 365 * 24 * time.Hour

// duration is a whole number of seconds, minutes, hours or days.
func (v *values) duration(name string) time.Duration {
	text := v.get(name)
	if text == "" {
		return 0
	}
	unit := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[text[len(text)-1]]
	n, err := strconv.ParseUint(text[:len(text)-1], 10, 32)
	if unit == 0 || err != nil || n == 0 || n > uint64(durationMost/unit) {
		v.wrong(name, "duration", "This must be a whole number above 0 with a unit: 30m, 12h or 7d.")
		return 0
	}
	return time.Duration(n) * unit //nolint:gosec // bounded above
}

// addresses reads an address, or a network as in 192.0.2.0/24, as the first and the last address of it.
func (v *values) addresses(name string) (first, last netip.Addr) {
	text := v.get(name)
	if text == "" {
		return netip.Addr{}, netip.Addr{}
	}
	network, err := netip.ParsePrefix(text)
	if address, failed := netip.ParseAddr(text); failed == nil {
		network, err = netip.PrefixFrom(address, address.BitLen()), nil
	}
	if err != nil || strings.Contains(text, "%") {
		v.wrong(name, "address", "This must be an address, or a network such as 192.0.2.0/24.")
		return netip.Addr{}, netip.Addr{}
	}
	if network.Addr().Is4In6() && network.Bits() >= 96 {
		network = netip.PrefixFrom(network.Addr().Unmap(), network.Bits()-96)
	}
	bytes := network.Masked().Addr().AsSlice()
	for bit := network.Bits(); bit < network.Addr().BitLen(); bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ = netip.AddrFromSlice(bytes) // as many as an address has
	return network.Masked().Addr(), last
}

// numberQuery reads a whole number from the query: absent means the default, 1 to most is allowed.
func numberQuery(c *fiber.Ctx, name string, absent, most int64) (int64, error) {
	text := c.Query(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > most {
		return 0, invalid(name, "range", "This must be a whole number from 1 to "+strconv.FormatInt(most, 10)+".")
	}
	return n, nil
}

// mark is a place in a list: the time of the last row that was shown, and what tells apart those of one
// time.
type mark struct {
	at time.Time
	id [16]byte
}

// markMost is the last moment that a mark may name: the end of the year 9999, in microseconds.
const markMost = 253402300799999999

// String is the cursor, which only we read: nobody else is to build on what is in it.
func (m mark) String() string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(m.at.UnixMicro())) //nolint:gosec // no row is older than 1970
	return base64.RawURLEncoding.EncodeToString(append(raw, m.id[:]...))
}

func parseMark(text string) (mark, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != 24 || strings.ContainsAny(text, "\r\n") {
		return mark{}, false
	}
	micros := binary.BigEndian.Uint64(raw)
	if micros == 0 || micros > markMost {
		return mark{}, false
	}
	return mark{at: time.UnixMicro(int64(micros)).UTC(), id: [16]byte(raw[8:])}, true
}

// after reads the cursor. The zero mark is the beginning of the list.
func (v *values) after() mark {
	text := v.get("after")
	if text == "" {
		return mark{}
	}
	m, ok := parseMark(text)
	if !ok {
		v.wrong("after", "cursor", "This is no cursor that was given as next.")
	}
	return m
}

// page cuts off the one row beyond a page that says that there is more, and gives the cursor to it.
func page[T any](rows []T, limit int, at func(T) mark) (shown []T, next string) {
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], at(rows[limit-1]).String()
}

// counted is how many match, as far as they were counted.
func counted(answer fiber.Map, total int) fiber.Map {
	answer["total"], answer["total_capped"] = min(total, countMost), total > countMost
	return answer
}
