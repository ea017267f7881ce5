// Package orders is an example of an internal service behind Vestibule: it believes nothing but a
// token that was issued for it, and answers with what belongs to the caller.
package orders

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"vestibule/backend/verifier"
)

// Audience is what tokens for this service are issued for.
const Audience = "orders"

const (
	mostOrders   = 200 // kept for one person
	mostPersons  = 1000
	mostBody     = 64 << 10 // bytes
	mostCustomer = 100      // characters
	mostItems    = 1000     // in one order
)

type order struct {
	ID       int       `json:"id"`
	Customer string    `json:"customer"`
	PlacedAt time.Time `json:"placed_at"`
	Items    int       `json:"items"`
	Total    money     `json:"total"`
	State    string    `json:"state"` // new, packed, sent, returned
}

type money struct {
	Amount   string `json:"amount"` // decimal, so that no client rounds it
	Currency string `json:"currency"`
}

// shop keeps orders in memory: it is an example. Safe for concurrent use: a list is never changed, only
// replaced, and nothing is sent while mu is held, or one slow reader would hold up everybody.
type shop struct {
	now func() time.Time

	mu   sync.Mutex
	mine map[string][]order // by subject, newest first
}

// Handler is the service. GET / lists the caller's orders, POST / makes one, GET /whoami shows the
// claims and headers that arrived, GET /events streams. All but /healthz demand a token.
func Handler(v *verifier.Verifier, now func() time.Time) http.Handler {
	s := &shop{now: now, mine: map[string][]order{}}
	own := http.NewServeMux()
	own.HandleFunc("GET /{$}", s.list)
	own.HandleFunc("POST /{$}", s.create)
	own.HandleFunc("GET /whoami", whoami)
	own.HandleFunc("GET /events", s.events)
	open := http.NewServeMux()
	open.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	open.Handle("/", v.Middleware(own))
	return open
}

func (s *shop) list(w http.ResponseWriter, r *http.Request) {
	claims, _ := verifier.FromContext(r.Context()) // Middleware stands before
	mine := s.of(claims.Subject)
	answer(w, http.StatusOK, map[string]any{"orders": mine, "total": len(mine)})
}

type asked struct {
	Customer string `json:"customer"`
	Items    int    `json:"items"`
}

func (s *shop) create(w http.ResponseWriter, r *http.Request) {
	claims, _ := verifier.FromContext(r.Context())
	var wanted asked
	if err := read(http.MaxBytesReader(w, r.Body, mostBody), &wanted); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			refuse(w, http.StatusRequestEntityTooLarge, "body_too_large", "An order has at most 64 KiB.")
			return
		}
		refuse(w, http.StatusBadRequest, "malformed_json", "Send a customer and a number of items, as JSON.")
		return
	}
	wanted.Customer = strings.TrimSpace(wanted.Customer)
	if n := utf8.RuneCountInString(wanted.Customer); n < 1 || n > mostCustomer || wanted.Items < 1 || wanted.Items > mostItems {
		refuse(w, http.StatusUnprocessableEntity, "validation_failed", "A customer has 1 to 100 characters, and an order 1 to 1000 items.")
		return
	}
	answer(w, http.StatusCreated, s.place(claims.Subject, wanted))
}

// read takes one JSON object with the members it knows, and nothing after it.
func read(from io.Reader, into any) error {
	decoder := json.NewDecoder(from)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.Join(err, errors.New("there is more than one value"))
	}
	return nil
}

func (s *shop) place(subject string, wanted asked) order {
	s.mu.Lock()
	defer s.mu.Unlock()
	mine := s.known(subject)
	made := order{ID: mine[0].ID + 1, Customer: wanted.Customer, PlacedAt: s.now().UTC().Truncate(time.Second), Items: wanted.Items,
		Total: euros(wanted.Items * 1250), State: "new"}
	s.mine[subject] = append([]order{made}, mine[:min(len(mine), mostOrders-1)]...)
	return made
}

// whoami shows what arrived. The token itself is not repeated: only what it says.
func whoami(w http.ResponseWriter, r *http.Request) {
	claims, _ := verifier.FromContext(r.Context())
	headers := r.Header.Clone()
	headers.Set("Authorization", "Bearer (verified)")
	answer(w, http.StatusOK, map[string]any{"service": Audience, "claims": claims, "headers": headers, "host": r.Host})
}

// events tells how many orders there are, once a second, until the caller leaves.
func (s *shop) events(w http.ResponseWriter, r *http.Request) {
	claims, _ := verifier.FromContext(r.Context())
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return // which asks for no events: it would never end
	}
	flush := http.NewResponseController(w)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for n := 1; ; n++ {
		count := len(s.of(claims.Subject))
		if _, err := fmt.Fprintf(w, "id: %d\nevent: count\ndata: {\"orders\": %d}\n\n", n, count); err != nil || flush.Flush() != nil {
			return
		}
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		}
	}
}

var customers = []string{"Harbour Street Books", "Old Mill Bakery", "Lindgren Cycles", "Café North Pier", "Garden Lane Flowers",
	"Two Rivers Pottery", "Blue Door Records", "Hillside Dairy", "Marten & Sons", "The Paper Room", "Quay Kitchen", "Fern Hardware"}

// of gives a person's orders.
func (s *shop) of(subject string) []order {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known(subject)
}

// known makes some up at first sight, always the same for the same person. mu is held.
func (s *shop) known(subject string) []order {
	if known, there := s.mine[subject]; there {
		return known
	}
	if len(s.mine) >= mostPersons {
		clear(s.mine)
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(subject))
	dice := rand.New(rand.NewPCG(h.Sum64(), 1)) //nolint:gosec // nothing secret: a shop window
	at := s.now().UTC().Truncate(time.Minute)
	made := make([]order, 12+dice.IntN(12))
	first := 10400 + dice.IntN(400)
	for i := range made {
		at = at.Add(-time.Duration(5+dice.IntN(240)) * time.Minute)
		items := 1 + dice.IntN(12)
		made[i] = order{ID: first + len(made) - i, Customer: customers[dice.IntN(len(customers))], PlacedAt: at, Items: items,
			Total: euros(items*(450+dice.IntN(2600)) + 5*dice.IntN(20)), State: state(i, len(made), dice)}
	}
	s.mine[subject] = made
	return made
}

func state(i, n int, dice *rand.Rand) string {
	switch {
	case i < n/6:
		return "new"
	case i < n/3:
		return "packed"
	case dice.IntN(9) == 0:
		return "returned"
	}
	return "sent"
}

func euros(cents int) money { return money{fmt.Sprintf("%d.%02d", cents/100, cents%100), "EUR"} }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"type": "about:blank", "title": http.StatusText(status), "code": code, "detail": detail})
}
