package user

import (
	"net/netip"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/event"
)

// Limit is one count, and when it blocks.
type Limit struct {
	Key    string        // what is counted
	Free   int           // this many failures may be made before the next attempt has to wait
	Window time.Duration // after a Window without a failure or a block, the count begins anew
	First  time.Duration // how long the failure that uses up Free blocks; each further one doubles it
	Most   time.Duration // but never longer than this
	Stop   int           // from this many failures on it blocks until an administrator unlocks it; 0: never
}

// Limits are the bounds on guessing (ASVS V6.1.1, V6.3.1; NIST SP 800-63B-4, 3.2.2).
//
// Failures are counted in three ways. From one network address at one account, five are free; then
// each one waits, twice as long as the one before. From one address at all accounts together, and at
// one account from all addresses together, many more are free. Only the last count can keep the
// rightful owner waiting because of somebody else, so it waits a minute at most, until a hundred
// failures in a row stop the account, as NIST demands, until an administrator unlocks it. Counts are
// kept by what was typed, so an address without an account is counted like one with.
//
// Who is signed in already, and proves it again, is counted apart, by the user's id: from one network
// address, and from all together, with the same stop. So strangers at the sign-in page, who have no
// session, can't keep the owner from a step-up or from changing the password that they guess at.
type Limits struct {
	PairFree, AddressFree, AccountFree, AccountStop, RegistrationFree int
	Window, First, Most                                               time.Duration
}

func (l Limits) signIn(emailKey, ip string) []Limit {
	address := network(ip)
	return []Limit{
		{Key: pairKey(emailKey, address), Free: l.PairFree, Window: l.Window, First: l.First, Most: l.Most},
		{Key: hashed("address", address), Free: l.AddressFree, Window: l.Window, First: l.First, Most: l.Most},
		l.inARow(accountKey(emailKey)),
	}
}

func (l Limits) proof(userID uuid.UUID, ip string) []Limit {
	return []Limit{
		{Key: proofPairKey(userID, network(ip)), Free: l.PairFree, Window: l.Window, First: l.First, Most: l.Most},
		l.inARow(proofKey(userID)),
	}
}

// inARow counts however slowly they come: this window never ends by itself.
func (l Limits) inARow(key string) Limit {
	return Limit{Key: key, Free: l.AccountFree, Window: 100 * 365 * 24 * time.Hour, First: time.Second, Most: time.Minute, Stop: l.AccountStop}
}

// forgiven are the counts that a sign-in starts anew: not the address's, or one account of one's own
// would buy any number of guesses at others. A proof forgives its own two.
func forgiven(emailKey, ip string) []string {
	return []string{pairKey(emailKey, network(ip)), accountKey(emailKey)}
}

func (l Limits) registration(ip string) []Limit {
	return []Limit{{Key: hashed("registration", network(ip)), Free: l.RegistrationFree, Window: l.Window, First: l.First, Most: l.Most}}
}

// codes and devices are counted before it is known whether that was a failure, so the one that begins the
// block is refused itself.
func (l Limits) codes(origin event.Origin) []Limit {
	who := origin.Actor.String()
	return []Limit{
		{Key: hashed("code_pair", who+"\x00"+network(origin.IP)), Free: l.PairFree + 1, Window: l.Window, First: l.First, Most: l.Most},
		{Key: hashed("code", who), Free: l.AccountFree + 1, Window: l.Window, First: l.First, Most: l.Most},
	}
}

func (l Limits) devices(ip string) []Limit {
	return []Limit{{Key: hashed("device", network(ip)), Free: l.AddressFree + 1, Window: l.Window, First: l.First, Most: l.Most}}
}

func pairKey(emailKey, address string) string { return hashed("pair", emailKey+"\x00"+address) }

func accountKey(emailKey string) string { return hashed("account", emailKey) }

func proofPairKey(userID uuid.UUID, address string) string {
	return hashed("proof_pair", userID.String()+"\x00"+address)
}

func proofKey(userID uuid.UUID) string { return hashed("proof", userID.String()) }

// network is what counts as one address: a /64 of IPv6, which one household has.
func network(ip string) string {
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if address = address.Unmap(); address.Is4() { // or all of IPv4, mapped, would be one network
		return address.String()
	}
	prefix, err := address.Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}
