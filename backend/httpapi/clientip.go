package httpapi

import (
	"net"
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// clientIP is the address of the connection, or, behind proxies that trusted_proxies names, the
// nearest one that none of them is.
func (a *api) clientIP(c *fiber.Ctx) netip.Addr {
	return clientIP(remote(c), all(c, fiber.HeaderXForwardedFor), a.TrustedProxies)
}

// clientIP walks X-Forwarded-For from the right: each entry was written by the hop to its right,
// and is believed only as far as that hop is trusted. What stands further left, anyone can write.
func clientIP(connection netip.Addr, forwarded []string, trusted []netip.Prefix) netip.Addr {
	nearest := connection
	if len(forwarded) == 0 {
		return nearest
	}
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0 && isTrusted(nearest, trusted); i-- {
		next, ok := parseHop(hops[i])
		if !ok {
			break
		}
		nearest = next
	}
	return nearest
}

func parseHop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if address, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return address.Unmap().WithZone(""), true
	}
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}

func isTrusted(address netip.Addr, trusted []netip.Prefix) bool {
	for _, prefix := range trusted {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

func remote(c *fiber.Ctx) netip.Addr {
	if address, ok := c.Context().RemoteAddr().(*net.TCPAddr); ok {
		return address.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.IPv4Unspecified()
}
