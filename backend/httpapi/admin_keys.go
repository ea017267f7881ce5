package httpapi

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/token"
)

type keyJSON struct {
	KID        string      `json:"kid"`
	Algorithm  string      `json:"alg"`
	State      token.State `json:"state"`
	CreatedAt  time.Time   `json:"created_at"`
	SignsFrom  time.Time   `json:"signs_from"`
	SignsUntil *time.Time  `json:"signs_until"`
	LeavesAt   time.Time   `json:"leaves_at"`
}

func (a *api) adminKeys(c *fiber.Ctx) error {
	all, err := a.Keeper.List(c.UserContext())
	if err != nil {
		return err
	}
	listed := make([]keyJSON, len(all))
	for i, k := range all {
		listed[i] = keyJSON{KID: k.ID, Algorithm: k.Algorithm, State: k.State, CreatedAt: k.CreatedAt.UTC(), SignsFrom: k.SignsFrom.UTC(), LeavesAt: k.Leaves.UTC()}
		if until := k.SignsUntil(); !until.IsZero() {
			listed[i].SignsUntil = utcOrNull(&until)
		}
	}
	return c.JSON(fiber.Map{"keys": listed})
}

// rotateKeys publishes the next key, or, of one that is compromised, has it leave at once.
func (a *api) rotateKeys(c *fiber.Ctx) error {
	in, err := decode[struct {
		Compromised *string `json:"compromised,omitempty"`
	}](c)
	if err != nil {
		return err
	}
	switch {
	case in.Compromised == nil:
		_, err = a.Keeper.Rotate(c.UserContext(), token.PublishedAhead, a.caller(c))
	case *in.Compromised == "":
		return invalid("compromised", "required", "Name the key.")
	default:
		_, _, err = a.Keeper.Compromised(c.UserContext(), *in.Compromised, a.caller(c))
	}
	if err != nil {
		return err
	}
	return a.adminKeys(c)
}
