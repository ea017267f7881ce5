package main

import (
	"context"
	"log/slog"
	"time"

	"vestibule/backend/postgres"
	"vestibule/backend/session"
	"vestibule/backend/token"
)

const tendEvery = time.Minute

// openKeys gives a replica its keys.
func (r *replica) openKeys(ctx context.Context) error {
	master, err := token.NewMasterKeys(r.MasterKey, r.MasterKeyPrevious)
	if err != nil {
		return err
	}
	store := postgres.NewKeys(r.db)
	r.keeper = token.NewKeeper(store, master, r.Token.Algorithm)
	r.ring, err = token.OpenRing(ctx, store, master, r.Token.Algorithm, token.ByClock(r.clock.Now))
	return err
}

// hearer is who is told what the listener hears: of sessions, and of keys.
type hearer struct {
	*session.Memory
	ring *token.Ring
	log  *slog.Logger
}

// KeysChanged implements postgres.Hearer.
func (h hearer) KeysChanged(ctx context.Context) error {
	if err := h.ring.Reload(ctx); err != nil {
		return err
	}
	if err := h.ring.Faults(); err != nil {
		h.log.Error("a signing key can't be used here", "error", err)
	}
	return nil
}

// tendKeys keeps the keys to their schedule. Every replica does it, and one of them works.
func (r *replica) tendKeys(ctx context.Context) {
	ticker := time.NewTicker(tendEvery)
	defer ticker.Stop()
	for {
		done, err := r.keeper.Tend(ctx)
		for _, each := range done {
			r.log.Info(string(each.Event), "kid", each.Key.ID, "signs_from", each.Key.SignsFrom)
		}
		if err != nil && ctx.Err() == nil {
			r.log.Warn("tend the signing keys", "error", err)
		}
		if err := r.ring.Faults(); err != nil {
			r.log.Error("a signing key can't be used here", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
