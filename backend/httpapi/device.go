package httpapi

import (
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/approval"
	"vestibule/backend/client"
	"vestibule/backend/session"
)

const devicePage = "/account/device"

// beginDevice is RFC 8628, 3.1: a device asks for a code that a person types elsewhere.
func (a *api) beginDevice(c *fiber.Ctx) error {
	who, form, err := fromClient(c, a.Clients)
	if err != nil {
		return err
	}
	if err := who.May(client.DeviceCode); err != nil {
		return err
	}
	if form["scope"] != "" {
		return errScope
	}
	from := a.caller(c)
	if err := a.Users.CountDevice(c.UserContext(), from); err != nil {
		return err
	}
	begun, err := a.Approvals.Begin(c.UserContext(), who.ID, from)
	if err != nil {
		return err
	}
	at := a.publicOrigin + devicePage
	return sendOAuth(c, http.StatusOK, fiber.Map{
		"device_code": begun.Code.Reveal(), "user_code": begun.UserCode,
		"verification_uri": at, "verification_uri_complete": at + "?" + url.Values{"user_code": {begun.UserCode}}.Encode(),
		"expires_in": int(begun.Lasts.Seconds()), "interval": int(begun.Every.Seconds()),
	})
}

// approveDevice is what the page sends: without `approve` it asks who waits for the code; with it, and a
// proof in that very request, the device is let in. Guesses are limited (RFC 8628, 5.1).
func (a *api) approveDevice(c *fiber.Ctx) error {
	in, err := decode[struct {
		UserCode string `json:"user_code"`
		Approve  *bool  `json:"approve,omitempty"`
		Password string `json:"password,omitempty"`
	}](c)
	if err != nil {
		return err
	}
	waits, err := a.waiting(c, in.UserCode)
	if err != nil {
		return err
	}
	from := a.caller(c)
	if in.Approve == nil {
		who := a.Clients.Find(waits.ClientID)
		return c.JSON(fiber.Map{"client": a.shownClient(who), "downstreams": a.reached(who), "ip": waits.IP,
			"device": device(waits.UserAgent, session.Client), "asked_at": waits.CreatedAt.UTC(), "expires_at": waits.ExpiresAt.UTC(),
			"session": a.limitsOf(who)})
	}
	var proof approval.Proof
	if *in.Approve {
		if proof, err = a.prove(c, in.Password); err != nil {
			return err
		}
	}
	if err := a.Approvals.Decide(c.UserContext(), in.UserCode, *in.Approve, proof, from); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}

// waiting finds who waits for a code. The guesses of somebody who finds nobody are counted.
func (a *api) waiting(c *fiber.Ctx, userCode string) (approval.Waiting, error) {
	from := a.caller(c)
	if err := a.Users.GuessCode(c.UserContext(), from); err != nil {
		return approval.Waiting{}, err
	}
	found, err := a.Approvals.Waiting(c.UserContext(), userCode)
	if err != nil {
		return approval.Waiting{}, err
	}
	if a.Clients.Find(found.ClientID) == nil { // gone from the configuration meanwhile
		return approval.Waiting{}, approval.ErrUnknownCode
	}
	return found, a.Users.CodeFound(c.UserContext(), from)
}
