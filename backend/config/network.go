package config

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// hostName is letters, digits, hyphens and underscores (container networks have them) between dots.
// A last label of digits would be read as a number by browsers: 127.1 is 127.0.0.1 to them.
var (
	hostName    = regexp.MustCompile(`^(?i)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$`)
	numberAtEnd = regexp.MustCompile(`(^|\.)([0-9]+|0[xX][0-9a-fA-F]*)$`)
)

// isHost reports whether a host, without its port or brackets, is an address or a name.
func isHost(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.Zone() == ""
	}
	return len(host) <= 253 && hostName.MatchString(host) && !numberAtEnd.MatchString(host)
}

// isLoopback judges a host that isHost accepts. Names below localhost are loopback by RFC 6761, 6.3.
func isLoopback(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.Unmap().IsLoopback()
	}
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// isInternal is true of addresses that no router of the internet carries a packet to.
func isInternal(address netip.Addr) bool {
	address = address.Unmap()
	return address.IsLoopback() || address.IsPrivate() || address.IsLinkLocalUnicast()
}

// internalOf gives all addresses of a host, and whether each is internal. None where the host is
// unknown.
func (l lookup) internalOf(host string) (addresses []netip.Addr, internal bool) {
	if address, err := netip.ParseAddr(host); err == nil {
		addresses = []netip.Addr{address}
	} else if addresses, err = l(host); err != nil || len(addresses) == 0 {
		return nil, false
	}
	return addresses, !slices.ContainsFunc(addresses, func(a netip.Addr) bool { return !isInternal(a) })
}

// splitListen takes a listener apart: an empty host, an address or a name, and a port in numbers.
func splitListen(text string) (host string, port uint16, ok bool) {
	host, number, err := net.SplitHostPort(text)
	if err != nil {
		return "", 0, false
	}
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil || number[0] == '+' {
		return "", 0, false
	}
	bare, _, _ := strings.Cut(host, "%") // a link-local address needs its zone here
	return host, uint16(n), host == "" || isHost(bare)
}

// flawOf says what keeps u from being an absolute http or https URL of an address or a name, with
// nothing in it that is never sent on. A path is left to the caller.
func flawOf(u *url.URL) (rule, mend string) {
	port := u.Port()
	n, err := strconv.ParseUint(port, 10, 16)
	switch {
	case u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "":
		return "must begin with https:// or http://", "write the scheme"
	case u.User != nil:
		return "must not hold a user or a password", "take out what is before the @"
	case !isHost(u.Hostname()):
		return "must name a host", "write an address, or a name of letters, digits, hyphens and dots (punycode for others)"
	case strings.HasSuffix(u.Host, ":") || port != "" && (err != nil || n == 0 || port[0] == '0'):
		return "must have a port from 1 to 65535, or none", "correct the port"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "must not have a query or a fragment", "end it before the ? or the #"
	}
	return "", ""
}

// originOf writes a URL's origin as browsers do: small letters, no default port, the shortest IPv6.
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	if address, err := netip.ParseAddr(host); err == nil {
		host = address.String()
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && u.Scheme+port != "http80" && u.Scheme+port != "https443" {
		host += ":" + port
	}
	return u.Scheme + "://" + host
}
