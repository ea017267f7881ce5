package config

import (
	"crypto/tls"
	"encoding/base64"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"vestibule/backend/secret"
)

// check judges a configuration whose values have the right types.
type check struct {
	*Config
	*report
	loader
}

func (c check) all() {
	c.tags()
	c.publicURL()
	c.listeners()
	c.database()
	c.keys()
	c.certificate()
	c.proxies()
	c.sessions()
	c.downstreams()
	c.clients()
	c.rest()
}

// required reports a key that has no value, and whether it has one.
func (c check) required(key string, empty bool, example string) bool {
	if empty {
		c.fault(key, "is required", "add "+example)
	}
	return !empty
}

// onLoopback holds what `vestibule dev` opens or talks to.
func (c check) onLoopback(key string, is bool) {
	if c.development && !is {
		c.fault(key, "must be on loopback under `vestibule dev`",
			"take "+variableOf(key)+" out, or name a loopback address in it; `vestibule serve` is for everything else")
	}
}

func (c check) publicURL() {
	const key = "public_url"
	u := c.PublicURL
	if !c.required(key, u == nil, "the address that people type, such as `public_url: https://app.example.com`, or set "+variableOf(key)) {
		return
	}
	rule, mend := flawOf(u)
	origin := originOf(u)
	switch {
	case rule != "":
		c.fault(key, rule, mend)
	case u.Path != "" && u.Path != "/":
		c.fault(key, "must be a scheme and a host, without a path", "write "+origin)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		c.fault(key, "must be https: plain http is for loopback only", "write https:// in front; TLS is served with `tls`, or ended by a proxy that `trusted_proxies` names")
	case origin != u.Scheme+"://"+u.Host:
		c.fault(key, "must be written as browsers write an origin", "write "+origin)
	}
	c.onLoopback(key, isLoopback(u.Hostname()))
	u.Path, u.RawPath = "", "" // the issuer has no slash at its end
}

func (c check) listeners() {
	host, port, ok := splitListen(c.Listen)
	if !ok {
		c.fault("listen", "must be host:port, the port in numbers", "write it like 127.0.0.1:8080, an IPv6 address in brackets")
	} else {
		c.onLoopback("listen", isLocal(host))
	}
	internalHost, internalPort, internalOK := splitListen(c.InternalListen)
	if !internalOK {
		c.fault("internal_listen", "must be host:port, the port in numbers", "write it like 127.0.0.1:8081, an IPv6 address in brackets")
		return
	}
	if ok && port == internalPort && port != 0 && overlap(host, internalHost) {
		c.fault(c.blame("internal_listen", "listen"), "`listen` and `internal_listen` must not be the same", "give one of them another port")
	}
	c.internal(internalHost, internalPort)
}

// internal holds the internal listener to addresses that the internet does not reach. A host name is
// looked up here and nowhere else: what is judged is what will be used.
func (c check) internal(host string, port uint16) {
	const key = "internal_listen"
	if strings.EqualFold(host, "localhost") {
		return
	}
	if c.onLoopback(key, isLocal(host)); !c.sound(key) {
		return
	}
	const mend = "write 127.0.0.1, or the address that this machine has in the internal network"
	if host == "" {
		c.fault(key, "must not be on all addresses", mend)
		return
	}
	address, err := netip.ParseAddr(host)
	addresses, internal := c.lookup.internalOf(host)
	switch {
	case err == nil && address.Unmap().IsUnspecified():
		c.fault(key, "must not be on all addresses", mend)
	case len(addresses) == 0:
		c.fault(key, "names a host that can't be looked up, so it can't be judged", "write an address")
	case !internal:
		c.fault(key, "must be on private, loopback or link-local addresses only, never on a public one", mend)
	case err != nil:
		c.InternalListen = net.JoinHostPort(preferred(addresses).String(), strconv.Itoa(int(port)))
	}
}

// preferred is the address that listening on the name would use: the first of IPv4, or else of IPv6.
func preferred(addresses []netip.Addr) netip.Addr {
	for _, address := range addresses {
		if address = address.Unmap(); address.Is4() {
			return address
		}
	}
	return addresses[0]
}

// isLocal is stricter than isLoopback: a listener's name is looked up, and only localhost is in every
// system's own table.
func isLocal(host string) bool {
	_, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && isLoopback(host)
}

// overlap reports whether two listeners with one port want the same address.
func overlap(a, b string) bool {
	plain := func(host string) string {
		if strings.EqualFold(host, "localhost") {
			return "127.0.0.1"
		}
		if address, err := netip.ParseAddr(host); err == nil && !address.IsUnspecified() {
			return address.Unmap().String()
		} else if err == nil {
			return ""
		}
		return strings.ToLower(host)
	}
	a, b = plain(a), plain(b)
	return a == b || a == "" || b == ""
}

func (c check) keys() {
	if !c.development {
		c.required("master_key", c.MasterKey.IsZero(), "32 random bytes in base64 (`openssl rand -base64 32`), best in "+variableOf("master_key"))
	}
	c.sealingKey("master_key", c.MasterKey)
	c.sealingKey("master_key_previous", c.MasterKeyPrevious)
}

func (c check) sealingKey(key string, v secret.Value) {
	raw, err := base64.StdEncoding.DecodeString(v.Reveal())
	if !v.IsZero() && (err != nil || len(raw) != 32) {
		c.fault(key, "must be 32 bytes in base64", "make one with `openssl rand -base64 32`")
	}
}

func (c check) certificate() {
	switch {
	case c.TLS == TLS{}:
		return
	case c.TLS.Cert == "":
		c.fault("tls.cert", "must be given together with tls.key", "name the certificate's file, or take `tls` out")
		return
	case c.TLS.Key == "":
		c.fault("tls.key", "must be given together with tls.cert", "name the private key's file, or take `tls` out")
		return
	}
	certificate, err := readFile(c.TLS.Cert)
	if err != nil {
		c.fault("tls.cert", "must be a file that can be read: "+reason(err), "correct the path or the file's permissions")
	}
	private, err := readFile(c.TLS.Key)
	if err != nil {
		c.fault("tls.key", "must be a file that can be read: "+reason(err), "correct the path or the file's permissions")
	}
	if !c.sound("tls.cert", "tls.key") {
		return
	}
	if _, err := tls.X509KeyPair(certificate, private); err != nil {
		c.fault("tls.cert", "must be a certificate that fits tls.key, both PEM", "name the chain and its own private key")
	}
}

func (c check) proxies() {
	for i, network := range c.TrustedProxies {
		if network.IsValid() && network.Bits() == 0 {
			c.fault(at("trusted_proxies", i), "must not be every address: anyone could then claim any address", "name the proxies' own addresses")
		}
	}
}

func (c check) sessions() {
	c.ordered("session.idle_timeout", "session.absolute_lifetime", c.Session.IdleTimeout <= c.Session.AbsoluteLifetime)
	c.ordered("session.remember_idle_timeout", "session.remember_absolute_lifetime", c.Session.RememberIdleTimeout <= c.Session.RememberAbsoluteLifetime)
	c.ordered("limits.first_wait", "limits.longest_wait", c.Limits.FirstWait <= c.Limits.LongestWait)
}

func (c check) ordered(less, more string, are bool) {
	if !are && c.sound(less, more) {
		c.fault(c.blame(less, more), less+" must not be longer than "+more, "lower the first, or raise the second")
	}
}

func (c check) rest() {
	p := c.Password
	if p.MemoryKiB < 47104 && p.Iterations < 2 && c.sound("password.memory_kib", "password.iterations") {
		c.fault(c.blame("password.iterations", "password.memory_kib"), "Argon2id must have two passes below 47104 KiB (OWASP)",
			"set password.iterations to 2, or password.memory_kib to 47104")
	}
	if c.Registration.VerifyFirst {
		c.fault("registration.verify_first", "must be false: this version sends no e-mail", "set it to false")
	}
	if c.Cookie.InsecureOnLoopback && c.PublicURL != nil && (c.PublicURL.Scheme != "http" || !isLoopback(c.PublicURL.Hostname())) {
		c.fault("cookie.insecure_on_loopback", "must be false unless public_url is http on loopback", "set it to false")
	}
	c.app()
	if csp := c.UI.ContentSecurityPolicy; strings.ContainsFunc(csp, func(r rune) bool { return r < ' ' || r > '~' }) {
		c.fault("ui.content_security_policy", "must be one line of ASCII", "take out line breaks and other special characters")
	}
}
