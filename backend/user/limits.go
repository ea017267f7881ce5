package user

import (
	"net/netip"
	"time"
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
type Limits struct {
	PairFree, AddressFree, AccountFree, AccountStop, RegistrationFree int
	Window, First, Most                                               time.Duration
}

// DefaultLimits are those of STANDARDS.md.
var DefaultLimits = Limits{
	PairFree: 5, AddressFree: 50, AccountFree: 20, AccountStop: 100, RegistrationFree: 30,
	Window: 15 * time.Minute, First: 30 * time.Second, Most: 15 * time.Minute,
}

func (l Limits) signIn(emailKey, ip string) []Limit {
	address := network(ip)
	return []Limit{
		{Key: pairKey(emailKey, address), Free: l.PairFree, Window: l.Window, First: l.First, Most: l.Most},
		{Key: hashed("address", address), Free: l.AddressFree, Window: l.Window, First: l.First, Most: l.Most},
		// In a row, however slowly: this window never ends by itself.
		{Key: accountKey(emailKey), Free: l.AccountFree, Window: 100 * 365 * 24 * time.Hour, First: time.Second, Most: time.Minute, Stop: l.AccountStop},
	}
}

// forgiven are the counts that a success starts anew: not the address's, or one account of one's own
// would buy any number of guesses at others.
func (l Limits) forgiven(emailKey, ip string) []string {
	return []string{pairKey(emailKey, network(ip)), accountKey(emailKey)}
}

func (l Limits) registration(ip string) []Limit {
	return []Limit{{Key: hashed("registration", network(ip)), Free: l.RegistrationFree, Window: l.Window, First: l.First, Most: l.Most}}
}

func pairKey(emailKey, address string) string { return hashed("pair", emailKey+"\x00"+address) }

func accountKey(emailKey string) string { return hashed("account", emailKey) }

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
