package httpapi

import (
	"net/http"
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/mileusna/useragent"

	"vestibule/backend/session"
)

// deviceJSON says what a session was made with, in words that a person knows.
type deviceJSON struct {
	Browser string `json:"browser"`
	OS      string `json:"os"`
	Type    string `json:"type"` // desktop, phone, tablet, client, unknown
}

// product is a name as programs have one: what is longer is a stranger's text, for which a list has no room.
var product = regexp.MustCompile(`^[\pL\pN][\pL\pN ._+-]{0,31}$`)

func device(agent string, kind session.Kind) deviceJSON {
	parsed := useragent.Parse(agent)
	d := deviceJSON{Browser: product.FindString(parsed.Name), OS: product.FindString(parsed.OS), Type: "unknown"}
	switch {
	case kind == session.Client || parsed.Bot:
		d.Type = "client"
	case parsed.Tablet:
		d.Type = "tablet"
	case parsed.Mobile:
		d.Type = "phone"
	case parsed.Desktop:
		d.Type = "desktop"
	}
	return d
}

type sessionJSON struct {
	SID               string       `json:"sid"`
	Kind              session.Kind `json:"kind"`
	Current           bool         `json:"current"`
	Device            deviceJSON   `json:"device"`
	IP                string       `json:"ip"`
	ClientID          string       `json:"client_id"`
	ClientName        string       `json:"client_name"` // empty for kind browser, as client_id
	Remember          bool         `json:"remember"`
	CreatedAt         time.Time    `json:"created_at"`
	LastSeenAt        time.Time    `json:"last_seen_at"`
	IdleExpiresAt     time.Time    `json:"idle_expires_at"`
	AbsoluteExpiresAt time.Time    `json:"absolute_expires_at"`
}

func (a *api) listSessions(c *fiber.Ctx) error {
	mine := current(c)
	found, err := a.Sessions.List(c.UserContext(), mine.UserID)
	if err != nil {
		return err
	}
	listed := make([]sessionJSON, 0, len(found))
	for _, s := range found {
		listed = append(listed, a.shownSession(s, mine.SID))
	}
	return c.JSON(fiber.Map{"sessions": listed})
}

func (a *api) shownSession(s session.Session, mine uuid.UUID) sessionJSON {
	return sessionJSON{
		SID: s.SID.String(), Kind: s.Kind, Current: s.SID == mine, Device: device(s.UserAgent, s.Kind),
		IP: s.IP, ClientID: s.ClientID, ClientName: a.Clients.Name(s.ClientID), Remember: s.Remember, CreatedAt: s.CreatedAt.UTC(), LastSeenAt: s.LastSeenAt.UTC(),
		IdleExpiresAt: s.IdleExpiresAt.UTC(), AbsoluteExpiresAt: s.AbsoluteExpiresAt.UTC(),
	}
}

func (a *api) endSession(c *fiber.Ctx) error {
	sid, err := sidParam(c)
	if err != nil {
		return err
	}
	mine := current(c)
	if err := a.Sessions.End(c.UserContext(), mine.UserID, sid, a.caller(c)); err != nil {
		return err
	}
	if sid == mine.SID {
		a.cookie.clear(c)
	}
	return c.SendStatus(http.StatusNoContent)
}

func (a *api) endOthers(c *fiber.Ctx) error {
	ended, err := a.Sessions.EndOthers(c.UserContext(), current(c), a.caller(c))
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ended": ended})
}
