package httpapi

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/event"
	"vestibule/backend/secret"
	"vestibule/backend/session"
	"vestibule/backend/user"
)

type userJSON struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  string `json:"name"`
	Role  string `json:"role"`
}

type ownSessionJSON struct {
	SID               string       `json:"sid"`
	Kind              session.Kind `json:"kind"`
	CreatedAt         time.Time    `json:"created_at"`
	LastSeenAt        time.Time    `json:"last_seen_at"`
	IdleExpiresAt     time.Time    `json:"idle_expires_at"`
	AbsoluteExpiresAt time.Time    `json:"absolute_expires_at"`
	AuthTime          time.Time    `json:"auth_time"`
	AMR               []string     `json:"amr"`
	ACR               string       `json:"acr"`
}

type whoJSON struct {
	User    userJSON       `json:"user"`
	Session ownSessionJSON `json:"session"`
}

func who(u user.User, s session.Session) whoJSON {
	return whoJSON{
		User: userJSON{ID: u.ID.String(), Email: u.Email, Name: u.Name, Role: u.Role},
		Session: ownSessionJSON{
			SID: s.SID.String(), Kind: s.Kind, CreatedAt: s.CreatedAt.UTC(), LastSeenAt: s.LastSeenAt.UTC(),
			IdleExpiresAt: s.IdleExpiresAt.UTC(), AbsoluteExpiresAt: s.AbsoluteExpiresAt.UTC(),
			AuthTime: s.AuthTime.UTC(), AMR: s.AMR, ACR: s.ACR,
		},
	}
}

func (a *api) register(c *fiber.Ctx) error {
	in, err := decode[struct {
		Email    string `json:"email"`
		Password string `json:"password"`
		Name     string `json:"name"`
	}](c)
	if err != nil {
		return err
	}
	from := a.caller(c)
	made, err := a.Users.Register(c.UserContext(), user.Registration{Email: in.Email, Password: in.Password, Name: in.Name}, from)
	if err != nil {
		return err
	}
	return a.begin(c, http.StatusCreated, made, false, from)
}

func (a *api) login(c *fiber.Ctx) error {
	in, err := decode[struct {
		Email    string `json:"email"`
		Password string `json:"password"`
		Remember bool   `json:"remember,omitempty"`
	}](c)
	if err != nil {
		return err
	}
	from := a.caller(c)
	proved, err := a.Users.Authenticate(c.UserContext(), in.Email, in.Password, from)
	if err != nil {
		return err
	}
	return a.begin(c, http.StatusOK, proved, in.Remember, from)
}

// begin starts a session for someone who has just proved who they are, under a secret that nobody
// has seen before, and ends the one that the cookie names.
func (a *api) begin(c *fiber.Ctx, code int, proved user.User, remember bool, from event.Origin) error {
	replaces := ""
	if s := stateOf(c); s.cookies == 1 {
		replaces = s.cookie
	}
	from.Actor = proved.ID
	made, value, err := a.Sessions.Start(c.UserContext(), session.Login{
		UserID: proved.ID, CredentialVersion: proved.CredentialVersion, Remember: remember, Replaces: replaces, Origin: from,
	})
	if err != nil {
		return err
	}
	a.cookie.set(c, value, made, a.Now())
	return c.Status(code).JSON(who(proved, made))
}

func (a *api) logout(c *fiber.Ctx) error {
	if err := a.Sessions.SignOut(c.UserContext(), current(c), a.caller(c)); err != nil {
		return err
	}
	a.cookie.clear(c)
	return c.SendStatus(http.StatusNoContent)
}

func (a *api) stepUp(c *fiber.Ctx) error {
	in, err := decode[struct {
		Password string `json:"password"`
	}](c)
	if err != nil {
		return err
	}
	s, from := current(c), a.caller(c)
	proved, err := a.Users.Prove(c.UserContext(), s.UserID, in.Password, from)
	if err != nil {
		return err
	}
	rotated, value, err := a.Sessions.StepUp(c.UserContext(), s, proved.CredentialVersion, from)
	if err != nil {
		return err
	}
	a.cookie.set(c, value, rotated, a.Now())
	return c.SendStatus(http.StatusNoContent)
}

func (a *api) session(c *fiber.Ctx) error {
	s := current(c)
	u, err := a.Users.Find(c.UserContext(), s.UserID)
	if err != nil {
		return err
	}
	return c.JSON(who(u, s))
}

func (a *api) changePassword(c *fiber.Ctx) error {
	in, err := decode[struct {
		CurrentPassword string `json:"current_password"`
		NewPassword     string `json:"new_password"`
	}](c)
	if err != nil {
		return err
	}
	s, value := current(c), secret.New()
	err = a.Users.ChangePassword(c.UserContext(), user.PasswordChange{
		UserID: s.UserID, SID: s.SID, Current: in.CurrentPassword, New: in.NewPassword, NewKey: value.Hash(),
	}, a.caller(c))
	if err != nil {
		return err
	}
	a.cookie.set(c, value, s, a.Now())
	return c.SendStatus(http.StatusNoContent)
}
