package httpapi

import (
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"vestibule/backend/user"
)

type overseenUserJSON struct {
	ID         string     `json:"id"`
	Email      string     `json:"email"`
	Name       string     `json:"name"`
	Role       string     `json:"role"`
	DisabledAt *time.Time `json:"disabled_at"`
	CreatedAt  time.Time  `json:"created_at"`
	LastSeenAt *time.Time `json:"last_seen_at"`
	Sessions   int        `json:"sessions"`
}

func overseenUser(u user.Overseen) overseenUserJSON {
	return overseenUserJSON{ID: u.ID.String(), Email: u.Email, Name: u.Name, Role: u.Role, DisabledAt: utcOrNull(u.DisabledAt),
		CreatedAt: u.CreatedAt.UTC(), LastSeenAt: utcOrNull(u.LastSeenAt), Sessions: u.Sessions}
}

func utcOrNull(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	utc := at.UTC()
	return &utc
}

func (a *api) adminUsers(c *fiber.Ctx) error {
	v := queryValues(c)
	filter := user.Filter{Query: v.text("q"), Role: v.choice("role", user.RoleUser, user.RoleAdmin), Disabled: v.truth("disabled")}
	after, limit := v.after(), v.limit()
	if err := v.err(); err != nil {
		return err
	}
	found, err := a.Users.Search(c.UserContext(), filter, user.Mark{CreatedAt: after.at, ID: after.id}, limit+1, countMost+1)
	if err != nil {
		return err
	}
	shown, next := page(found.Users, limit, func(u user.Overseen) mark { return mark{u.CreatedAt, u.ID} })
	listed := make([]overseenUserJSON, len(shown))
	for i, u := range shown {
		listed[i] = overseenUser(u)
	}
	return c.JSON(counted(fiber.Map{"users": listed, "next": next}, found.Total))
}

func (a *api) adminUser(c *fiber.Ctx) error {
	id, err := userParam(c)
	if err != nil {
		return err
	}
	found, err := a.Users.Oversee(c.UserContext(), id)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"user": overseenUser(found)})
}

func (a *api) adjustUser(c *fiber.Ctx) error {
	id, err := userParam(c)
	if err != nil {
		return err
	}
	in, err := decode[struct {
		Role     *string `json:"role,omitempty"`
		Disabled *bool   `json:"disabled,omitempty"`
	}](c)
	if err != nil {
		return err
	}
	if in.Role != nil && *in.Role != user.RoleUser && *in.Role != user.RoleAdmin {
		return invalid("role", "choice", "This must be one of: user, admin.")
	}
	changed, err := a.Users.Adjust(c.UserContext(), id, user.Adjustment{Role: in.Role, Disabled: in.Disabled}, a.caller(c))
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"user": overseenUser(changed)})
}

// userParam reads the id of a user from the path. What is no UUID names nobody.
func userParam(c *fiber.Ctx) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return uuid.Nil, user.ErrNotFound
	}
	return id, nil
}
