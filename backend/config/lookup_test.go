package config

import (
	"errors"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// names is a loader that knows these host names, and no others.
func names(known map[string][]string) loader {
	return loader{lookup: func(host string) ([]netip.Addr, error) {
		var found []netip.Addr
		for _, text := range known[host] {
			found = append(found, netip.MustParseAddr(text))
		}
		if found == nil {
			return nil, errors.New("no such host")
		}
		return found, nil
	}}
}

const least = "public_url: https://app.example.com\nmaster_key: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"

func TestAHostNameOfTheInternalListenerIsJudgedByAllItsAddressesAndThenPinned(t *testing.T) {
	l := names(map[string][]string{
		"inside": {"fd00::1", "172.18.0.3", "172.18.0.4"}, "six": {"fd00::1"}, "mapped": {"::ffff:10.0.0.1"},
		"both": {"172.18.0.3", "203.0.113.7"}, "any": {"0.0.0.0"},
	})
	for host, want := range map[string]string{"inside": "172.18.0.3:8081", "six": "[fd00::1]:8081", "mapped": "10.0.0.1:8081", "LOCALHOST": "LOCALHOST:8081"} {
		c, _, err := l.text("f", []byte(least+"database_url: postgres:///x?host=/tmp\ninternal_listen: "+host+":8081"), nil)
		require.NoError(t, err, host)
		require.Equal(t, want, c.InternalListen)
	}
	for host, want := range map[string]string{
		"both": "must be on private, loopback or link-local addresses only, never on a public one",
		"any":  "must be on private, loopback or link-local addresses only, never on a public one",
		"none": "names a host that can't be looked up, so it can't be judged; write an address",
	} {
		_, _, err := l.text("f", []byte(least+"database_url: postgres:///x?host=/tmp\ninternal_listen: "+host+":8081"), nil)
		require.ErrorContains(t, err, "f:4: internal_listen: "+want, host)
	}
}

func TestADatabasesHostNameIsJudgedByAllItsAddresses(t *testing.T) {
	l := names(map[string][]string{"inside": {"172.18.0.3"}, "both": {"172.18.0.3", "203.0.113.7"}})
	for host, warned := range map[string]bool{"inside": false, "both": true, "none": true, "inside,both": true, "db.localhost": false} {
		_, warnings, err := l.text("f", []byte(least+"database_url: postgres://u@"+host+"/x"), nil)
		require.NoError(t, err)
		require.Equal(t, warned, len(warnings) == 1, host)
	}
}

func TestEveryVariableHasOneKey(t *testing.T) {
	keys := map[string]string{dataDirVariable: "", testPrefix: ""}
	for _, v := range variables() {
		require.NotContains(t, keys, v.name)
		require.False(t, strings.HasPrefix(v.name, testPrefix))
		require.LessOrEqual(t, len(v.name), len(prefix)+maxName)
		keys[v.name] = v.key
	}
	require.Equal(t, "listen", keys["VESTIBULE_LISTEN"])
	require.Equal(t, "session.idle_timeout", keys["VESTIBULE_SESSION_IDLE_TIMEOUT"])
}

func TestTheDefaultsAreInBounds(t *testing.T) {
	c := Default()
	c.Downstreams = []Downstream{defaultDownstream()}
	r := newReport("", func(string) place { return place{} })
	check{Config: c, report: r}.tags()
	require.NoError(t, r.err())
}

func FuzzLoad(f *testing.F) {
	all := variables()
	seed := func(text, key, value string) {
		f.Add([]byte(text), uint8(slices.IndexFunc(all, func(v variable) bool { return v.key == key })), value)
	}
	const database = "database_url: postgres://u:p@127.0.0.1/x\n"
	seed(least+database, "clients", "[{id: a, grants: [device_code, authorization_code], redirect_uris: ['http://[::1]/%41?b=c']}]")
	seed(least+database+"downstreams: [{name: a, audience: \"\\u2028\", url: 'http://[::1]:1/%41'}]", "drain_timeout", "1m1ms")
	seed(least+database, "downstreams", "[{name: a, audience: a, url: https://b, paths: [/%20;a/], redirects: ['https://b:1'], max_body: 1025, step_up: 0}]")
	seed(least+database, "public_url", "http://localhost/")
	seed(least+database, "ui.content_security_policy", "'self' : # ~")
	seed(least, "database_url", "postgresql://u:p%20 '\"@[::1]:5,h/x?sslmode=disable&a=b")
	seed(least+database, "internal_listen", "[fe80::1%25a]:1")
	seed("a: &a [*a, *b]\n<<: {b: c}\n? [x]\n: y", "session", "{idle_timeout: 0x1F}")
	seed("--- !!set {a}\n---\n...", "trusted_proxies", "[fe80::/10, 10.1.1.1/8]")
	seed("clients: [null, {}, [], 1, !!binary x, \"\\0\"]\ntrusted_proxies: !!omap [a: b]", "master_key", "\r\n")
	l := names(map[string][]string{"inside": {"10.0.0.1"}})
	f.Fuzz(func(t *testing.T, text []byte, which uint8, value string) {
		if strings.Contains(string(text)+value, "/dev") {
			t.Skip("a device in place of a certificate may never end")
		}
		c, warnings, err := l.text("f", text, []string{all[int(which)%len(all)].name + "=" + value})
		if err != nil {
			if c != nil || warnings != nil {
				t.Fatal("a configuration beside an error")
			}
			return
		}
		written, err := c.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := l.text("f", written, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if !reflect.DeepEqual(c, again) {
			t.Fatalf("%+v\n%+v\n%s", c, again, written)
		}
	})
}
