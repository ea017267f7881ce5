package session

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/event"
	"vestibule/backend/secret"
)

// Store keeps sessions. Every method judges time by the database's clock and reports
// postgres.ErrUnavailable-like faults, never a guess, when the database can't be reached. Safe for
// concurrent use. storetest holds the contract as tests.
type Store interface {
	// Find looks a session of a kind up by its key. It may answer a session whose limits have passed: the
	// caller judges. ErrNotFound for none, and for one of another kind.
	Find(ctx context.Context, kind Kind, key string) (Session, error)
	// Create makes a session, and ends the one whose key is in Replaces, and the user's oldest beyond a
	// hundred in all (Suspicious), in one transaction with their events. ErrNotFound when the user is disabled, or has changed since the version that was
	// proved: then nothing is made, and nothing ends.
	Create(ctx context.Context, creation Creation) (Session, error)
	// Slide extends the idle limits of those live sessions that were last slid a step ago or longer,
	// never past their absolute limits, and gives the limits of all that live. It never makes a row, and
	// never waits for one that is being written: that one is left as it is.
	Slide(ctx context.Context, slides []Slide) ([]Slid, error)
	// Rotate replaces the key of a live session and notes a new proof, in one statement: of two that
	// come at once, one wins. ErrNotFound when the old key is no longer live.
	Rotate(ctx context.Context, rotation Rotation) (Session, error)
	// List gives the live sessions of a user, both kinds, newest use first; a hundred at most.
	List(ctx context.Context, userID uuid.UUID) ([]Session, error)
	// Living tells which of these sessions live, by sid.
	Living(ctx context.Context, sids []uuid.UUID) (map[uuid.UUID]Alive, error)
	// Ended tells why sessions were ended, by sid; those that were not are left out.
	Ended(ctx context.Context, sids []uuid.UUID) (map[uuid.UUID]Reason, error)
	// End ends one session of a user. ErrNoSuchSession when it is not theirs, or is over.
	End(ctx context.Context, userID, sid uuid.UUID, reason Reason, origin event.Origin) error
	// EndOthers ends all of a user's sessions but one, and counts them.
	EndOthers(ctx context.Context, userID, keep uuid.UUID, reason Reason, origin event.Origin) (int, error)
	// Oversee lists everyone's live sessions after a mark, the newest first, limit at most, and counts those
	// that match, to countMost at most.
	Oversee(ctx context.Context, filter Filter, after Mark, limit, countMost int) (Page, error)
	// Agents gives each user agent that some session was made with.
	Agents(ctx context.Context) ([]string, error)
	// EndMany ends all live sessions of a selection and counts them, in one transaction with the event.
	// ErrChangedMeanwhile when there are more than was expected: then none ends.
	EndMany(ctx context.Context, which Selection, origin event.Origin) (int, error)
	// Sweep deletes at most limit rows, all of whose time is over, and counts them. It may leave those whose
	// time was not over yet SweptWithin ago. It says nothing: limits are judged whenever a session is read.
	Sweep(ctx context.Context, limit int) (int, error)
}

// Alive is what may change of a session while it lives.
type Alive struct {
	SID                              uuid.UUID
	Key                              string
	IdleExpiresAt, AbsoluteExpiresAt time.Time
	LastSeenAt, AuthTime             time.Time
}

// EndsAt is the earlier of the two limits.
func (a Alive) EndsAt() time.Time {
	if a.AbsoluteExpiresAt.Before(a.IdleExpiresAt) {
		return a.AbsoluteExpiresAt
	}
	return a.IdleExpiresAt
}

// SweptWithin is how long a row may stay after its time.
const SweptWithin = 15*time.Minute + time.Second

// Creation is what a new session is made from.
type Creation struct {
	Key               string
	SID               uuid.UUID
	UserID            uuid.UUID
	CredentialVersion int64 // what the proof was checked against
	Remember          bool
	Limits            Limits
	AMR               []string
	ACR               string
	Replaces          string // the key of the session that this login ends; empty for none
	Origin            event.Origin
}

// Rotation is a new secret for a session, and the proof that led to it.
type Rotation struct {
	OldKey, NewKey    string
	CredentialVersion int64
	AMR               []string
	ACR               string
	Idle              time.Duration
	Origin            event.Origin
}

// Login is a proof that has been checked, about to become a session.
type Login struct {
	UserID            uuid.UUID
	CredentialVersion int64
	Remember          bool
	Replaces          string // the cookie's value at the time of the login, of whatever shape
	Origin            event.Origin
}

// Config is what a service is made from. All of it is required.
type Config struct {
	Store  Store
	Cache  *Cache
	Slides *Slides
	Policy Policy
	Now    func() time.Time // the database's clock, as well as this replica knows it
	// Heard waits until this replica has heard of all that was committed before, or asks the database
	// for every request.
	Heard func(context.Context)
}

// Service is the rules. Safe for concurrent use. What a method ends or rotates is refused by this
// replica once it has returned.
type Service struct{ Config }

// NewService wires the rules to a store.
func NewService(config Config) *Service { return &Service{config} }

// Find is the one function that finds a session by what a cookie carries, and says where it was found.
// ErrNotFound for unknown, expired and ended sessions alike; a value of the wrong shape costs no look-up.
func (s *Service) Find(ctx context.Context, cookie string) (*Held, Source, error) {
	value, ok := secret.Parse(cookie)
	if !ok {
		return nil, FromCache, ErrNotFound
	}
	return s.Cache.Find(ctx, Browser, value.Sum())
}

// FindClient finds the session of kind client that an access token names. ErrNotFound.
func (s *Service) FindClient(ctx context.Context, sid uuid.UUID) (*Held, Source, error) {
	return s.Cache.Find(ctx, Client, ClientKey(sid))
}

// ClientKey is the key of a session of kind client: the hash of nothing that anyone can send as a cookie.
func ClientKey(sid uuid.UUID) secret.Sum { return secret.Of("client session " + sid.String()).Sum() }

// NewAlone is what stands for a session where a client acts for itself, with one token, until that expires.
func NewAlone(clientID string, until time.Time) *Held {
	// The sid is of no session: what is under way with this token is counted by it.
	h := hold(secret.Sum{}, Session{SID: uuid.New(), ClientID: clientID, AuthTime: time.Unix(0, 0), IdleExpiresAt: until, AbsoluteExpiresAt: until}, time.Now())
	h.alone = true
	return h
}

// Use notes that a person used the session: it slides, at most once in a step, and within a second. One of
// kind client slides when its refresh token is used.
func (s *Service) Use(used *Held) {
	if used.Kind() != Browser {
		return
	}
	remember := used.remember
	step := s.Policy.SlideStep(remember)
	if s.Now().UnixNano()-used.seen.Load() >= int64(step) {
		s.Slides.add(used, s.Policy.Limits(remember).Idle, step)
	}
}

// Start makes a session with a secret that nobody has seen before, and ends the one that the login
// replaces.
func (s *Service) Start(ctx context.Context, login Login) (Session, secret.Value, error) {
	fresh := secret.New()
	replaces := ""
	if value, ok := secret.Parse(login.Replaces); ok {
		replaces = value.Hash()
	}
	made, err := s.Store.Create(ctx, Creation{
		Key: fresh.Hash(), SID: uuid.New(), UserID: login.UserID, CredentialVersion: login.CredentialVersion,
		Remember: login.Remember, Limits: s.Policy.Limits(login.Remember),
		AMR: []string{MethodPassword}, ACR: LevelPassword, Replaces: replaces, Origin: login.Origin,
	})
	s.Heard(ctx)
	return made, fresh, err
}

// StepUp notes a new proof and gives the session a new secret (ASVS 7.2.4); the old one is dead
// from then on.
func (s *Service) StepUp(ctx context.Context, current Session, credentialVersion int64, origin event.Origin) (Session, secret.Value, error) {
	fresh := secret.New()
	rotated, err := s.Store.Rotate(ctx, Rotation{
		OldKey: current.Key, NewKey: fresh.Hash(), CredentialVersion: credentialVersion,
		AMR: []string{MethodPassword}, ACR: LevelPassword, Idle: s.Policy.Limits(current.Remember).Idle, Origin: origin,
	})
	s.Heard(ctx)
	return rotated, fresh, err
}

// List gives all live sessions of a user, both kinds.
func (s *Service) List(ctx context.Context, userID uuid.UUID) ([]Session, error) {
	return s.Store.List(ctx, userID)
}

// SignOut ends the session itself. It is no error when that is over already.
func (s *Service) SignOut(ctx context.Context, current Session, origin event.Origin) error {
	defer s.Heard(ctx)
	return ignoreGone(s.Store.End(ctx, current.UserID, current.SID, SignedOut, origin))
}

// End ends one of the user's sessions. ErrNoSuchSession for anyone else's.
func (s *Service) End(ctx context.Context, userID, sid uuid.UUID, origin event.Origin) error {
	defer s.Heard(ctx)
	return s.Store.End(ctx, userID, sid, EndedByUser, origin)
}

// EndOthers ends all of the user's sessions but this one, and counts them.
func (s *Service) EndOthers(ctx context.Context, current Session, origin event.Origin) (int, error) {
	defer s.Heard(ctx)
	return s.Store.EndOthers(ctx, current.UserID, current.SID, EndedByUser, origin)
}

func ignoreGone(err error) error {
	if errors.Is(err, ErrNoSuchSession) {
		return nil
	}
	return err
}
