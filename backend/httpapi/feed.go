package httpapi

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"vestibule/backend/fault"
	"vestibule/backend/session"
	"vestibule/backend/token"
)

const (
	feedBeat      = 500 * time.Millisecond
	feedBatch     = 500  // events in one write
	mostFollowers = 1000 // at one replica
)

// Faults of the feed.
var (
	errLastEventID  = &fault.Error{Kind: fault.Malformed, Code: "malformed_request", Message: "Last-Event-ID is not the number of an event."}
	errFeedUnproven = &fault.Error{
		Kind: fault.Unavailable, Code: "feed_unavailable", RetryAfter: time.Second,
		Message: "It is not proven that this replica hears of every end. Ask again, or ask another one.",
	}
	errFollowers = &fault.Error{
		Kind: fault.Unavailable, Code: "too_many_followers", RetryAfter: 5 * time.Second,
		Message: "The feed has as many followers here as it takes. Ask again, or ask another replica.",
	}
)

// feed is the revocation feed. A follower holds a position in the list that all share, and nothing
// more: one that is slow holds up nobody. Safe for concurrent use.
type feed struct {
	InternalConfig
	followers atomic.Int64
}

// follow streams the ends of sessions as server-sent events: first all that still matter, or those
// after Last-Event-ID, then each as it happens. At least once, and in no order that means anything: a
// follower treats them as a set. So it does with signing keys that were revoked (key_revoked), of which
// every stream has all that still matter: they have no number.
//
// The comment `beat` comes as soon as all that was known has been written, and then twice a second.
// It says that whatever was committed a second ago stands before it. There is none while that is not
// proven: the stream ends, and new followers get 503, since "not heard" is not "nothing happened".
func (f *feed) follow(c *fiber.Ctx) error {
	last, err := lastEventID(c)
	if err != nil {
		return err
	}
	if !f.Proven() || f.Draining.Err() != nil {
		return errFeedUnproven
	}
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no")
	if c.Method() == fiber.MethodHead {
		return nil
	}
	if f.followers.Add(1) > mostFollowers {
		f.followers.Add(-1)
		return errFollowers
	}
	position := f.Revocations.From(last)
	c.Context().Response.ImmediateHeaderFlush = true
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer f.followers.Add(-1)
		f.write(w, position)
	})
	return nil
}

// lastEventID is the number of the last event that a follower has seen; 0 for none.
func lastEventID(c *fiber.Ctx) (int64, error) {
	sent := c.Request().Header.PeekAll("Last-Event-ID")
	if len(sent) == 0 || (len(sent) == 1 && len(sent[0]) == 0) {
		return 0, nil
	}
	n, err := strconv.ParseUint(string(sent[0]), 10, 63) // no sign, which ParseInt would take
	if err != nil || len(sent) > 1 {
		return 0, errLastEventID
	}
	return int64(n), nil //nolint:gosec // 63 bits
}

// write writes until the follower leaves, the replica drains, or it is no longer proven that all is heard.
func (f *feed) write(w *bufio.Writer, position int) {
	tick := time.NewTicker(feedBeat)
	defer tick.Stop()
	told := map[string]bool{} // keys
	for due := true; f.Draining.Err() == nil; {
		proven := f.Proven() // asked before the lists are read: the beat speaks of what was heard until here
		revoked, changed := f.RevokedKeys()
		for _, key := range revoked {
			if !told[key.ID] {
				told[key.ID] = true
				_, _ = w.WriteString(keyEvent(key))
			}
		}
		found, next, more := f.Revocations.Next(position, feedBatch)
		position = next
		for _, one := range found {
			_, _ = w.WriteString(feedEvent(one)) // an error stays, until Flush gives it
		}
		all := len(found) < feedBatch
		if due && proven && all {
			_, _ = w.WriteString(": beat\n\n")
			due = false
		}
		if err := w.Flush(); err != nil || !proven {
			return
		}
		if !all {
			continue
		}
		select {
		case <-more:
		case <-changed:
		case <-tick.C:
			due = true
		case <-f.Draining.Done():
		}
	}
}

func feedEvent(r session.Revocation) string {
	data, _ := json.Marshal(struct { // always encodes
		SID     uuid.UUID      `json:"sid"`
		EndedAt time.Time      `json:"ended_at"`
		Reason  session.Reason `json:"reason"`
	}{r.SID, r.EndedAt.UTC(), r.Reason})
	return fmt.Sprintf("id: %d\nevent: ended\ndata: %s\n\n", r.N, data)
}

func keyEvent(k token.RevokedKey) string {
	data, _ := json.Marshal(struct { // always encodes
		KID       string    `json:"kid"`
		RevokedAt time.Time `json:"revoked_at"`
	}{k.ID, k.RevokedAt.UTC()})
	return fmt.Sprintf("event: key_revoked\ndata: %s\n\n", data)
}
