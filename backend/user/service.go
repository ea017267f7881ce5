package user

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/event"
	"vestibule/backend/fault"
)

// Store keeps accounts. Safe for concurrent use.
type Store interface {
	// Create makes an account, with its event. ErrEmailTaken when the key is taken.
	Create(ctx context.Context, account Account, origin event.Origin) (User, error)
	// ByEmail gives an account and its hash by the key of its address. ErrNotFound for none.
	ByEmail(ctx context.Context, key string) (User, string, error)
	// ByID gives an account and its hash. ErrNotFound for none.
	ByID(ctx context.Context, id uuid.UUID) (User, string, error)
	// SomeHash gives the hash of some account, always the same one for the same id while accounts stay
	// as they are: something to compute with where there is none. ErrNotFound when there are no accounts.
	SomeHash(ctx context.Context, near uuid.UUID) (string, error)
	// Rehash replaces the hash of an unchanged password, unless the password has changed meanwhile.
	Rehash(ctx context.Context, id uuid.UUID, before, after string) error
	// ChangePassword is one transaction: the new hash, the user's other sessions ended, a new key for
	// this one, and the event. ErrSessionEnded when the session is over, or the account has changed
	// since the version that was proved: then nothing changes.
	ChangePassword(ctx context.Context, change Change, origin event.Origin) error
	// Adjust is one transaction, with an event for each thing that changes; nothing changes, and nothing is
	// told, where the account is as it should be already. ErrLastAdmin, ErrNotFound.
	Adjust(ctx context.Context, id uuid.UUID, change Adjustment, origin event.Origin) error
	// Search lists accounts after a mark, the newest first, limit at most, and counts those that match, to
	// countMost at most.
	Search(ctx context.Context, filter Filter, after Mark, limit, countMost int) (Page, error)
	// Oversee gives one account with its sessions counted. ErrNotFound.
	Oversee(ctx context.Context, id uuid.UUID) (Overseen, error)
}

// Account is a new account as it is stored.
type Account struct{ Email, EmailKey, Name, Role, PasswordHash string }

// Change is a password change as it is stored.
type Change struct {
	UserID, SID       uuid.UUID
	CredentialVersion int64 // what the current password was checked against
	PasswordHash      string
	NewKey            string
}

// Attempts counts what may not be tried too often, for all replicas, by the database's clock.
type Attempts interface {
	// Blocked says how long the longest of these limits still blocks; 0 for not at all.
	Blocked(ctx context.Context, limits []Limit) (time.Duration, error)
	// Fail counts one failure against each limit and, if the event has a name, writes it, and
	// event.SignInLimited beside it where the failure began a block: all in one transaction.
	Fail(ctx context.Context, limits []Limit, e event.Event) error
	// Forgive takes one failure back from each limit.
	Forgive(ctx context.Context, limits []Limit) error
	// Forget starts these counts anew and writes the event, if it has a name, in one transaction.
	Forget(ctx context.Context, keys []string, e event.Event) error
}

// Config is what the rules are made from.
type Config struct {
	Store        Store
	Attempts     Attempts
	Hasher       *Hasher
	Limits       Limits
	Registration bool // whether strangers may make accounts
	// Heard waits until this replica has heard of all that was committed before. Nil where nothing is
	// remembered.
	Heard func(context.Context)
}

// Service is the rules. Safe for concurrent use.
type Service struct{ Config }

// NewService wires the rules to their stores.
func NewService(config Config) *Service {
	if config.Heard == nil {
		config.Heard = func(context.Context) {}
	}
	return &Service{config}
}

// Register makes an account. It answers validation_failed with every field that breaks a rule,
// ErrEmailTaken, ErrRateLimited or ErrBusy.
func (s *Service) Register(ctx context.Context, r Registration, origin event.Origin) (User, error) {
	if !s.Registration {
		return User{}, ErrRegistrationClosed
	}
	account, err := s.account(r, RoleUser)
	if err != nil {
		return User{}, err
	}
	limits := s.Limits.registration(origin.IP)
	if err := s.passLimits(ctx, limits); err != nil {
		return User{}, err
	}
	leave, err := s.Hasher.enter(ctx)
	if err != nil {
		return User{}, err
	}
	defer leave()
	if err := s.passLimits(ctx, limits); err != nil { // others have registered while we waited
		return User{}, err
	}
	if account.PasswordHash, err = s.Hasher.hash(NormalPassword(r.Password)); err != nil {
		return User{}, err
	}
	if err := s.Attempts.Fail(ctx, limits, event.Event{}); err != nil { // each one counts, made or not
		return User{}, err
	}
	return s.Store.Create(ctx, account, origin)
}

// account checks what was typed, and reports all that is wrong with it at once.
func (s *Service) account(r Registration, role string) (Account, error) {
	var faults []fault.Field
	note := func(broken *fault.Field) {
		if broken != nil {
			faults = append(faults, *broken)
		}
	}
	email, key, broken := NormalEmail(r.Email)
	note(broken)
	name, broken := normalName(r.Name)
	note(broken)
	note(checkPassword("password", NormalPassword(r.Password), email, name))
	if len(faults) > 0 {
		return Account{}, fault.NewInvalid(faults...)
	}
	return Account{Email: email, EmailKey: key, Name: name, Role: role}, nil
}

// Authenticate checks an address and a password. ErrInvalidCredentials for anything wrong with
// either, whether or not the address exists: the same queries, the same hash, the same answer.
func (s *Service) Authenticate(ctx context.Context, email, password string, origin event.Origin) (User, error) {
	if err := tooLong(email, "password", password); err != nil {
		return User{}, err
	}
	_, known, broken := NormalEmail(email)
	key := known
	if broken != nil {
		key = email // counts and costs like any other; but it is looked up as "", which nobody has: the
		// database takes no text with a NUL in it
	}
	return s.check(ctx, guess{
		find:     func() (User, string, error) { return s.byEmail(ctx, known, key) },
		password: password, limits: s.Limits.signIn(key, origin.IP), forgiven: forgiven(key, origin.IP),
		failure: event.SignInFailed, origin: origin,
	})
}

// byEmail finds an account, or, with ErrNotFound, the hash of a stranger's, always the same one for
// the same address: old hashes cost less than today's, so one made with today's parameters would tell
// an address without an account from one whose owner has been away. Both are asked for in any case.
func (s *Service) byEmail(ctx context.Context, known, typed string) (User, string, error) {
	found, stored, err := s.Store.ByEmail(ctx, known)
	unknown := errors.Is(err, ErrNotFound)
	if err != nil && !unknown {
		return User{}, "", err
	}
	sum := sha256.Sum256([]byte(typed))
	strangers, err := s.Store.SomeHash(ctx, uuid.UUID(sum[:16]))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return User{}, "", err
	}
	if unknown {
		return User{}, strangers, ErrNotFound
	}
	return found, stored, nil
}

// Prove checks the password of someone who is signed in, under limits of its own.
func (s *Service) Prove(ctx context.Context, userID uuid.UUID, password string, origin event.Origin) (User, error) {
	return s.prove(ctx, userID, "password", password, origin, event.StepUpFailed)
}

// prove takes the name of the field that the password was typed into. ErrSessionEnded where the
// account is gone.
func (s *Service) prove(ctx context.Context, userID uuid.UUID, field, password string, origin event.Origin, failure event.Name) (User, error) {
	if err := tooLong("", field, password); err != nil {
		return User{}, err
	}
	limits := s.Limits.proof(userID, origin.IP)
	return s.check(ctx, guess{
		find:     func() (User, string, error) { return s.byID(ctx, userID) },
		password: password, limits: limits, forgiven: []string{limits[0].Key, limits[1].Key},
		failure: failure, origin: origin,
	})
}

// ChangePassword needs the current password, ends all other sessions and gives this one a new key.
// A wrong current password counts as an attempt.
func (s *Service) ChangePassword(ctx context.Context, c PasswordChange, origin event.Origin) error {
	known, err := s.Find(ctx, c.UserID)
	if err != nil {
		return err
	}
	if broken := checkPassword("new_password", NormalPassword(c.New), known.Email, known.Name); broken != nil {
		return fault.NewInvalid(*broken)
	}
	if NormalPassword(c.New) == NormalPassword(c.Current) {
		return fault.NewInvalid(fault.Field{Name: "new_password", Rule: "unchanged", Message: "This is the current password."})
	}
	proved, err := s.prove(ctx, c.UserID, "current_password", c.Current, origin, event.PasswordRefused)
	if err != nil {
		return err
	}
	leave, err := s.Hasher.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	hash, err := s.Hasher.hash(NormalPassword(c.New))
	if err != nil {
		return err
	}
	defer s.Heard(ctx)
	return s.Store.ChangePassword(ctx, Change{UserID: c.UserID, SID: c.SID, CredentialVersion: proved.CredentialVersion,
		PasswordHash: hash, NewKey: c.NewKey}, origin)
}

// Find gives the account that a session is for. ErrSessionEnded where it is gone: its sessions went
// with it.
func (s *Service) Find(ctx context.Context, id uuid.UUID) (User, error) {
	found, _, err := s.byID(ctx, id)
	return found, err
}

func (s *Service) byID(ctx context.Context, id uuid.UUID) (User, string, error) {
	found, stored, err := s.Store.ByID(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return User{}, "", ErrSessionEnded
	}
	return found, stored, err
}

// Ensure makes an account if there is none, past the blocklist: for development's demo accounts.
func (s *Service) Ensure(ctx context.Context, r Registration, role string) error {
	email, key, broken := NormalEmail(r.Email)
	if broken != nil {
		return fault.NewInvalid(*broken)
	}
	if _, _, err := s.Store.ByEmail(ctx, key); !errors.Is(err, ErrNotFound) {
		return err
	}
	hash, err := s.Hasher.hash(NormalPassword(r.Password))
	if err != nil {
		return err
	}
	_, err = s.Store.Create(ctx, Account{Email: email, EmailKey: key, Name: r.Name, Role: role, PasswordHash: hash}, event.Origin{})
	if errors.Is(err, ErrEmailTaken) {
		return nil // another replica was quicker
	}
	return err
}

// SetRole changes a role; the user's sessions end with it. ErrLastAdmin, ErrNotFound.
func (s *Service) SetRole(ctx context.Context, email, role string, origin event.Origin) error {
	return s.adjust(ctx, email, Adjustment{Role: &role}, origin)
}

// SetDisabled closes an account, which ends its sessions, or opens it again. ErrLastAdmin, ErrNotFound.
func (s *Service) SetDisabled(ctx context.Context, email string, disabled bool, origin event.Origin) error {
	return s.adjust(ctx, email, Adjustment{Disabled: &disabled}, origin)
}

func (s *Service) adjust(ctx context.Context, email string, change Adjustment, origin event.Origin) error {
	_, key, broken := NormalEmail(email)
	if broken != nil {
		return fault.NewInvalid(*broken)
	}
	found, _, err := s.Store.ByEmail(ctx, key)
	if err != nil {
		return err
	}
	defer s.Heard(ctx)
	return s.Store.Adjust(ctx, found.ID, change, origin)
}

// Unlock lets an account be tried again that was stopped after a hundred failures in a row, at the
// sign-in or by somebody who was signed in.
func (s *Service) Unlock(ctx context.Context, email string, origin event.Origin) error {
	_, key, broken := NormalEmail(email)
	if broken != nil {
		return fault.NewInvalid(*broken)
	}
	found, _, err := s.Store.ByEmail(ctx, key)
	if err != nil {
		return err
	}
	return s.Attempts.Forget(ctx, []string{accountKey(key), proofKey(found.ID)}, event.Event{Name: event.UserUnlocked, Origin: origin, UserID: found.ID})
}

// tooLong refuses, before any work, what can't be right: never cut, never hashed.
func tooLong(email, field, password string) error {
	var faults []fault.Field
	if len(email) > emailMost {
		faults = append(faults, fault.Field{Name: "email", Rule: "too_long", Message: "An address has at most 254 bytes."})
	}
	if len([]rune(NormalPassword(password))) > PasswordMost {
		faults = append(faults, fault.Field{Name: field, Rule: "too_long", Message: "A password has at most 128 characters."})
	}
	if len(faults) > 0 {
		return fault.NewInvalid(faults...)
	}
	return nil
}

func hashed(kind, text string) string {
	sum := sha256.Sum256([]byte(text))
	return kind + ":" + hex.EncodeToString(sum[:])
}
