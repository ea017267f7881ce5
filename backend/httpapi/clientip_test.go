package httpapi

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheClientIsTheNearestHopThatNoTrustedProxyIs(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32")}
	for _, row := range []struct {
		name, connection string
		forwarded        []string
		want             string
	}{
		{"no proxy", "203.0.113.9", nil, "203.0.113.9"},
		{"a stranger who claims to be another", "203.0.113.9", []string{"198.51.100.1"}, "203.0.113.9"},
		{"one trusted proxy", "10.0.0.2", []string{"203.0.113.9"}, "203.0.113.9"},
		{"what stands further left is anyone's word", "10.0.0.2", []string{"1.2.3.4, 203.0.113.9"}, "203.0.113.9"},
		{"two trusted proxies", "10.0.0.2", []string{"1.2.3.4, 203.0.113.9, 10.0.0.3"}, "203.0.113.9"},
		{"the header twice", "10.0.0.2", []string{"1.2.3.4", "203.0.113.9"}, "203.0.113.9"},
		{"rubbish stops the walk", "10.0.0.2", []string{"203.0.113.9, rubbish"}, "10.0.0.2"},
		{"only proxies", "10.0.0.2", []string{"10.0.0.3"}, "10.0.0.3"},
		{"with a port", "10.0.0.2", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		{"IPv6 with a port", "10.0.0.2", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		{"IPv6 in brackets", "10.0.0.2", []string{"[2001:db8::1]"}, "2001:db8::1"},
		{"IPv4 in IPv6", "10.0.0.2", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
	} {
		t.Run(row.name, func(t *testing.T) {
			require.Equal(t, row.want, clientIP(netip.MustParseAddr(row.connection), row.forwarded, trusted).String())
		})
	}
}
