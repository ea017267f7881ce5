package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/config"
)

// broken is a file, and the faults that it has: each as `line: key: what the error says of it, in part`.
type broken struct{ text, want string }

// holdFaults loads each file and holds all of its error's lines. `hunter2` stands for every secret.
func holdFaults(t *testing.T, cases []broken) {
	t.Helper()
	for _, b := range cases {
		text := complete(b.text)
		got := faults(t, text)
		want := strings.Split(b.want, "\n")
		require.Len(t, got, len(want), "%s\n%s", text, strings.Join(got, "\n"))
		for i := range want {
			position, rest, _ := strings.Cut(want[i], ": ")
			key, rule, _ := strings.Cut(rest, ": ")
			start := "vestibule.yaml:" + position + ": " + key
			if rule != "" {
				start += ": "
			}
			require.True(t, strings.HasPrefix(got[i], start), "%s\n%s\n%s", text, start, got[i])
			require.Contains(t, got[i], rule, text)
			require.Regexp(t, `; [a-zA-Z]`, got[i], "no mend")
		}
		require.NotContains(t, strings.Join(got, "\n"), "hunter2")
	}
}

func TestAnUnknownKeyIsAnErrorThatNamesItsLineAndTheNearestKey(t *testing.T) {
	holdFaults(t, []broken{
		{"public-url: x\npublicUrl: x", "1: public-url: unknown key; did you mean public_url?\n2: publicUrl: unknown key; did you mean public_url?"},
		{"session:\n  idle_timeuot: 5m", "2: session.idle_timeuot: unknown key; did you mean idle_timeout?"},
		{"downstreams:\n- name: a\n  url: http://localhost:1\n  audience: a\n  ulr: x", "5: downstreams[0].ulr: unknown key; did you mean url?"},
		{"a" + strings.Repeat("b", 39) + ": 1", "1: a" + strings.Repeat("b", 39) + ": unknown key; take it out"},
		{"a" + strings.Repeat("b", 40) + ": 1", "1: has a key that is no name"},
		{"colour: blue", "1: colour: unknown key; take it out, or look at its indentation"},
		{"\"hunter2 or so\": 1", "1: has a key that is no name; keys are small letters"},
		{"log:\n  <<: {level: info}", "2: log: must not merge from elsewhere; write the keys out"},
		{"log:\n  {[hunter2]: 1}", "2: log: has a key that is no name"},
	})
}

func TestAKeyGivenTwiceIsAnErrorThatNamesBothLines(t *testing.T) {
	holdFaults(t, []broken{
		{"listen: 127.0.0.1:1\nlisten: 127.0.0.1:2", "2: listen: is given twice, first in line 1; keep one of the two"},
		{"log:\n  level: info\n  format: json\n  level: debug", "4: log.level: is given twice, first in line 2"},
	})
}

func TestAWrongTypeIsAnError(t *testing.T) {
	holdFaults(t, []broken{
		{"listen: 8080", "1: listen: must be text; put it in quotes"},
		{"listen: ~", "1: listen: has no value; give it one, or take the line out"},
		{"listen: [a]", "1: listen: must be text; write one value"},
		{"listen: &a 127.0.0.1:1\ninternal_listen: *a", "2: internal_listen: must not be an alias; write the value out"},
		{"public_url: 5", "1: public_url: must be a URL; put it in quotes"},
		{"master_key: 12345", "1: master_key: must be text; put it in quotes"},
		{"master_key: [hunter2]", "1: master_key: must be text; write one value"},
		{"database: 20", "1: database: must be a group of keys; give each key a line of its own"},
		{"database: [hunter2]", "1: database: must be a group of keys"},
		{"database: {max_connections: many}", "1: database.max_connections: must be a whole number; write it so, without quotes"},
		{"database: {max_connections: '20'}", "1: database.max_connections: must be a whole number; write it so, without quotes"},
		{"database: {max_connections: 2.5}", "1: database.max_connections: must be a whole number"},
		{"database: {max_connections: 0x20}", "1: database.max_connections: must be a whole number"},
		{"registration: {enabled: 'true'}", "1: registration.enabled: must be true or false; write it so, without quotes"},
		{"registration: {enabled: yes}", "1: registration.enabled: must be true or false"},
		{"drain_timeout: 15", "1: drain_timeout: must be a duration such as 90s, 30m, 12h or 14d; write a number with its unit"},
		{"drain_timeout: true", "1: drain_timeout: must be a duration"},
		{"drain_timeout: 1.5d", "1: drain_timeout: must be a duration"},
		{"drain_timeout: 1d-5s", "1: drain_timeout: must be a duration"},
		{"drain_timeout: +1d", "1: drain_timeout: must be a duration"},
		{"drain_timeout: 99999d", "1: drain_timeout: must be a duration"},
		{"trusted_proxies: 10.0.0.1", "1: trusted_proxies: must be a list; write it in brackets, or each entry in a line of its own after a hyphen"},
		{"trusted_proxies:\n- 10.0.0.1\n- proxy.internal", "3: trusted_proxies[1]: must be an address such as 10.1.2.3, or a network"},
		{"trusted_proxies: ['::ffff:10.0.0.1', 'fe80::1%eth0', 10.0.0.1/33]", "1: trusted_proxies[0]: must be an address\n1: trusted_proxies[1]: without a zone\n1: trusted_proxies[2]: must be an address"},
		{"downstreams: [hunter2]", "1: downstreams[0]: must be a group of keys"},
		{"downstreams: {name: a}", "1: downstreams: must be a list"},
		{"downstreams:\n- {name: a, audience: a, url: 'http://localhost:1', max_body: 1.5MiB}", "2: downstreams[0].max_body: must be a size: a whole number of bytes, or one with KiB, MiB or GiB"},
		{"downstreams:\n- {name: a, audience: a, url: 'http://localhost:1', max_body: 1 MB}", "2: downstreams[0].max_body: must be a size"},
		{"downstreams:\n- {name: a, audience: a, url: 'http://localhost:1', max_body: 99999999999GiB}", "2: downstreams[0].max_body: must be a size"},
		{"downstreams:\n- {name: a, audience: a, url: 'http://hunter2 x/'}", "2: downstreams[0].url: must be a URL; write it like https://"},
	})
}

func TestAValueOutOfBoundsIsAnErrorThatNamesTheBounds(t *testing.T) {
	const downstream = "downstreams: [{name: a, audience: a, url: 'http://localhost:1', "
	holdFaults(t, []broken{
		{"database: {max_connections: 1}", "1: database.max_connections: must be from 2 to 1000; raise it to 2 at least"},
		{"session: {idle_timeout: 59s}", "1: session.idle_timeout: must be from 1m to 30d; raise it to 1m at least"},
		{"session: {remember_absolute_lifetime: 91d}", "1: session.remember_absolute_lifetime: must be from 5m to 90d; lower it to 90d at most"},
		{"session: {step_up_fresh_for: 0}", "1: session.step_up_fresh_for: must be from 1m to 1h; raise it to 1m at least"},
		{"token:\n  lifetime: 16m", "2: token.lifetime: must be from 1m to 15m; lower it to 15m at most"},
		{"token: {algorithm: none}", "1: token.algorithm: must be ES256, EdDSA or RS256; write one of these"},
		{"log: {format: xml}", "1: log.format: must be json or text; write one of these"},
		{"password: {slots: -1}", "1: password.slots: must be from 1 to 256, or 0: half the cores, one at least and two at most; raise it to 1 at least"},
		{downstream + "max_body: 1023}]", "1: downstreams[0].max_body: must be from 1KiB to 100GiB; raise it to 1KiB at least"},
		{downstream + "step_up: 30s}]", "1: downstreams[0].step_up: must be from 1m to 1h, or 0: no step-up; raise it to 1m at least"},
		{downstream + "header_timeout: -5s}]", "1: downstreams[0].header_timeout: must be from 10ms to 1h"},
		{"limits: {account_stop_after: 101}", "1: limits.account_stop_after: must be from 10 to 100"},
	})
	mustLoad(t, complete("password: {slots: 0}"))
	mustLoad(t, complete(downstream+"step_up: 0}]"))
}

func TestAPublicURLIsAnOriginWithHTTPSOrOnLoopback(t *testing.T) {
	holdFaults(t, []broken{
		{"public_url: ''", "1: public_url: is required; add the address that people type"},
		{"public_url: http://app.example.com", "1: public_url: must be https: plain http is for loopback only; write https:// in front"},
		{"public_url: http://localhost.example.com", "1: public_url: must be https"},
		{"public_url: http://192.168.1.2:8080", "1: public_url: must be https"},
		{"public_url: http://127.1", "1: public_url: must name a host"},
		{"public_url: app.example.com", "1: public_url: must begin with https:// or http://"},
		{"public_url: ftp://app.example.com", "1: public_url: must begin with https:// or http://"},
		{"public_url: https:app.example.com", "1: public_url: must begin with https:// or http://"},
		{"public_url: https://", "1: public_url: must name a host"},
		{"public_url: https://*.example.com", "1: public_url: must name a host"},
		{"public_url: https://app.example.com/app", "1: public_url: must be a scheme and a host, without a path; write https://app.example.com"},
		{"public_url: https://app.example.com//", "1: public_url: must be a scheme and a host"},
		{"public_url: https://app.example.com?a=hunter2", "1: public_url: must not have a query or a fragment"},
		{"public_url: https://app.example.com?", "1: public_url: must not have a query or a fragment"},
		{"public_url: https://app.example.com#a", "1: public_url: must not have a query or a fragment"},
		{"public_url: https://u:hunter2@app.example.com", "1: public_url: must not hold a user or a password"},
		{"public_url: https://App.Example.com:443", "1: public_url: must be written as browsers write an origin; write https://app.example.com"},
		{"public_url: https://app.example.com:0443", "1: public_url: must have a port from 1 to 65535"},
		{"public_url: https://app.example.com:70000", "1: public_url: must have a port from 1 to 65535"},
		{"public_url: 'https://app.example.com:'", "1: public_url: must have a port from 1 to 65535"},
		{"public_url: 'https://[FD00:0::1]:8443'", "1: public_url: must be written as browsers write an origin; write https://[fd00::1]:8443"},
	})
}

func TestTheInternalListenerIsNeverOnAPublicAddress(t *testing.T) {
	holdFaults(t, []broken{
		{"internal_listen: :8081", "1: internal_listen: must not be on all addresses; write 127.0.0.1"},
		{"internal_listen: 0.0.0.0:8081", "1: internal_listen: must not be on all addresses"},
		{"internal_listen: '[::]:8081'", "1: internal_listen: must not be on all addresses"},
		{"internal_listen: '[::ffff:0.0.0.0]:8081'", "1: internal_listen: must not be on all addresses"},
		{"internal_listen: 203.0.113.7:8081", "1: internal_listen: must be on private, loopback or link-local addresses only, never on a public one"},
		{"internal_listen: '[2001:db8::1]:8081'", "1: internal_listen: must be on private, loopback or link-local addresses only"},
		{"internal_listen: '[::ffff:203.0.113.7]:8081'", "1: internal_listen: must be on private, loopback or link-local addresses only"},
		{"internal_listen: 172.32.0.1:8081", "1: internal_listen: must be on private"},
	})
	for _, address := range []string{"127.0.0.1:0", "localhost:8081", "10.1.2.3:8081", "172.16.0.1:8081", "192.168.0.1:8081", "169.254.1.1:8081", "[::1]:8081", "[fd00::1]:8081", "[fe80::1%eth0]:8081"} {
		require.Equal(t, address, mustLoad(t, complete("internal_listen: '"+address+"'")).InternalListen)
	}
}

func TestListenersAreAHostAndAPortAndNeverTheSame(t *testing.T) {
	holdFaults(t, []broken{
		{"listen: 127.0.0.1", "1: listen: must be host:port, the port in numbers; write it like 127.0.0.1:8080"},
		{"listen: ''", "1: listen: must be host:port"},
		{"listen: 127.0.0.1:http", "1: listen: must be host:port"},
		{"listen: 127.0.0.1:65536", "1: listen: must be host:port"},
		{"listen: '127.0.0.1:'", "1: listen: must be host:port"},
		{"listen: http://127.0.0.1:80", "1: listen: must be host:port"},
		{"internal_listen: 8081x", "1: internal_listen: must be host:port"},
		{"internal_listen: 127.0.0.1:8080", "1: internal_listen: `listen` and `internal_listen` must not be the same; give one of them another port"},
		{"listen: :8081", "1: listen: `listen` and `internal_listen` must not be the same"},
		{"listen: 0.0.0.0:8081", "1: listen: must not be the same"},
		{"listen: localhost:8081", "1: listen: must not be the same"},
		{"listen: 10.0.0.1:9000\ninternal_listen: 10.0.0.1:9000", "2: internal_listen: must not be the same"},
	})
	mustLoad(t, complete("listen: 127.0.0.1:0\ninternal_listen: 127.0.0.1:0"))
	mustLoad(t, complete("listen: 10.0.0.1:8080\ninternal_listen: 127.0.0.1:8080"))
	mustLoad(t, complete("listen: :8080"))
}

func TestADownstreamIsCheckedKeyByKey(t *testing.T) {
	const url = "url: 'http://localhost:1'"
	with := func(rest string) string { return "downstreams:\n- {name: a, audience: a, " + url + ", " + rest + "}" }
	at := func(u string) string { return "downstreams:\n- {name: a, audience: a, url: '" + u + "'}" }
	holdFaults(t, []broken{
		{"downstreams:\n- insecure: false", "2: downstreams[0].name: is required; add the name that stands in the path\n2: downstreams[0].url: is required\n2: downstreams[0].audience: is required"},
		{"downstreams:\n- {name: Orders, audience: a, " + url + "}", "2: downstreams[0].name: must be small letters, digits and, between them, hyphens, 32 at most"},
		{"downstreams:\n- {name: a/b, audience: a, " + url + "}", "2: downstreams[0].name: must be small letters"},
		{"downstreams:\n- {name: -a, audience: a, " + url + "}", "2: downstreams[0].name: must be small letters"},
		{"downstreams:\n- {name: " + strings.Repeat("a", 33) + ", audience: a, " + url + "}", "2: downstreams[0].name: 32 at most"},
		{"downstreams:\n- {name: a, audience: a, " + url + "}\n- {name: a, audience: a, " + url + "}",
			"3: downstreams[1].name: must be the name of one downstream only; it is the same as downstreams[0].name (vestibule.yaml:2)\n3: downstreams[1].audience: must be the audience of one downstream only"},
		{"downstreams:\n- {name: a, audience: 'https://app.example.com/', " + url + "}", "2: downstreams[0].audience: must not be the public URL"},
		{"downstreams:\n- {name: a, audience: 'https://APP.example.com', " + url + "}", "2: downstreams[0].audience: must not be the public URL"},
		{at("http://orders:9001"), "2: downstreams[0].url: must be https: plain http is for loopback only; write https:// in front, or add `insecure: true`"},
		{at("http://10.0.0.1"), "2: downstreams[0].url: must be https"},
		{at("orders:9001"), "2: downstreams[0].url: must begin with https:// or http://"},
		{at("https://u:hunter2@orders"), "2: downstreams[0].url: must not hold a user or a password"},
		{at("https://orders/a?b=hunter2"), "2: downstreams[0].url: must not have a query or a fragment"},
		{at("https://orders:0"), "2: downstreams[0].url: must have a port from 1 to 65535"},
		{at("https://orders/a/../b"), "2: downstreams[0].url: must have a path that can be read in one way only"},
		{at("https://orders//b"), "2: downstreams[0].url: must have a path that can be read in one way only"},
		{with("methods: [get, 'P OST', '', M-SEARCH]"), "2: downstreams[0].methods[0]: must be a method in capitals; write it like GET\n2: downstreams[0].methods[1]: must be a method in capitals\n2: downstreams[0].methods[2]: must be a method in capitals"},
		{with("paths: [v1]"), "2: downstreams[0].paths[0]: must begin with a slash, and be a path that can be read in one way only"},
		{with("paths: [/ok, /a/../b, /a/./b, /.., //, /a//b, /%2e%2E/, /a%2Fb, '/a\\b', /a%5cb, '/a;x/..;y', '/a?b', '/a#b', '/a b', /%zz, /é, /%00]"), strings.TrimSuffix(func() (all string) {
			for _, i := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"} {
				all += "2: downstreams[0].paths[" + i + "]: must begin with a slash, and be a path that can be read in one way only\n"
			}
			return all
		}(), "\n")},
		{with("passive: [/poll, poll]"), "2: downstreams[0].passive[1]: must begin with a slash, and be a path that can be read in one way only"},
		{with("roles: [user, admn]"), "2: downstreams[0].roles[1]: must be user or admin; did you mean admin?"},
		{with("claims: [phone]"), "2: downstreams[0].claims[0]: must be email or name; write one of these"},
		{with("redirects: ['https://a.example.com/', 'https://A.example.com', a.example.com, 'https://u@a.example.com', '*', 'https://a.example.com:8443']"),
			"2: downstreams[0].redirects[0]: must be an origin: a scheme and a host in small letters, nothing after it\n2: downstreams[0].redirects[1]: must be an origin\n2: downstreams[0].redirects[2]: must be an origin\n2: downstreams[0].redirects[3]: must be an origin\n2: downstreams[0].redirects[4]: must be an origin"},
		{with("methods: [\"GET\\n\"]"), "2: downstreams[0].methods[0]: must be text without control characters; take out line breaks"},
	})
	mustLoad(t, complete(with("paths: [/, /v1, /v1/, '/a%20b', '/a...']")))
	mustLoad(t, complete(at("https://my_service.internal:8443/base/")))
}

func TestAClientIsCheckedKeyByKey(t *testing.T) {
	const hash = "secret_hash: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'"
	client := func(rest string) string { return "clients:\n- {id: a, " + rest + "}" }
	code := func(uri string) string {
		return client("grants: [authorization_code], redirect_uris: ['" + uri + "']")
	}
	holdFaults(t, []broken{
		{"clients:\n- name: A", "2: clients[0].id: is required\n2: clients[0].grants: is required; add at least one of authorization_code, device_code, refresh_token, token_exchange or client_credentials"},
		{"clients:\n- {id: A b, grants: [device_code]}", "2: clients[0].id: must be small letters, digits and, between them, hyphens, 64 at most"},
		{"clients:\n- {id: vestibule, grants: [device_code]}", "2: clients[0].id: must not be vestibule, which is Vestibule's own"},
		{"clients:\n- {id: a, grants: [device_code]}\n- {id: a, grants: [device_code]}", "3: clients[1].id: must be the id of one client only; it is the same as clients[0].id (vestibule.yaml:2)"},
		{client("grants: [password, refresh_tokens]"), "2: clients[0].grants[0]: must be authorization_code\n2: clients[0].grants[1]: must be authorization_code, device_code, refresh_token, token_exchange or client_credentials; did you mean refresh_token?"},
		{client("grants: [authorization_code]"), "2: clients[0].redirect_uris: is required for authorization_code; add the URI"},
		{code("http://app.example.com/cb"), "2: clients[0].redirect_uris[0]: must be https: plain http is for loopback only"},
		{code("com.example.app:/cb"), "2: clients[0].redirect_uris[0]: must begin with https:// or http://"},
		{code("https://app.example.com/cb#"), "2: clients[0].redirect_uris[0]: must not have a fragment"},
		{code("https://*.example.com/cb"), "2: clients[0].redirect_uris[0]: must be an exact URI, without wildcards"},
		{code("https://app.example.com/*"), "2: clients[0].redirect_uris[0]: must be an exact URI, without wildcards"},
		{code("https://app.example.com\\cb"), "2: clients[0].redirect_uris[0]: must be an exact URI"},
		{code("https://u:hunter2@app.example.com/cb"), "2: clients[0].redirect_uris[0]: must not hold a user or a password"},
		{code("/cb"), "2: clients[0].redirect_uris[0]: must begin with https:// or http://"},
		{client("grants: [device_code], secret_hash: hunter2"), "2: clients[0].secret_hash: must be `sha256:` and 64 hex digits in small letters; hash the secret with"},
		{client("grants: [device_code], secret_hash: 'sha256:" + strings.Repeat("A", 64) + "'"), "2: clients[0].secret_hash: must be `sha256:` and 64 hex digits in small letters"},
		{client("grants: [device_code], secret_hash: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"), "2: clients[0].secret_hash: must not be the hash of an empty secret"},
		{client("grants: [client_credentials]"), "2: clients[0].secret_hash: is required for client_credentials and token_exchange"},
		{client("grants: [token_exchange]"), "2: clients[0].secret_hash: is required for client_credentials and token_exchange\n2: clients[0].audience: is required for token_exchange"},
		{client("grants: [token_exchange], audience: 'https://app.example.com', targets: ['https://app.example.com/'], " + hash), "2: clients[0].audience: must not be the public URL\n2: clients[0].targets[0]: must not be the public URL"},
	})
	mustLoad(t, complete(code("https://app.example.com/cb?tenant=1")))
	mustLoad(t, complete(code("http://[::1]/cb")))
	mustLoad(t, complete(client("grants: [client_credentials], "+hash)))
}

func TestSettingsThatDoNotGoTogetherAreAnError(t *testing.T) {
	holdFaults(t, []broken{
		{"session:\n  idle_timeout: 13h", "2: session.idle_timeout: session.idle_timeout must not be longer than session.absolute_lifetime; lower the first, or raise the second"},
		{"session:\n  absolute_lifetime: 10m", "2: session.absolute_lifetime: session.idle_timeout must not be longer than session.absolute_lifetime"},
		{"session:\n  remember_absolute_lifetime: 7d", "2: session.remember_absolute_lifetime: session.remember_idle_timeout must not be longer than session.remember_absolute_lifetime"},
		{"limits: {longest_wait: 1m, first_wait: 2m}", "1: limits.first_wait: limits.first_wait must not be longer than limits.longest_wait"},
		{"cookie: {insecure_on_loopback: true}", "1: cookie.insecure_on_loopback: must be false unless public_url is http on loopback; set it to false"},
		{"cookie: {insecure_on_loopback: true}\npublic_url: https://localhost", "1: cookie.insecure_on_loopback: must be false unless"},
		{"password: {iterations: 1}", "1: password.iterations: Argon2id must have two passes below 47104 KiB (OWASP); set password.iterations to 2"},
		{"password: {iterations: 1, memory_kib: 47103}", "1: password.iterations: Argon2id must have two passes"},
		{"password: {memory_kib: 19455}", "1: password.memory_kib: must be from 19456 to 4194304"},
		{"registration: {verify_first: true}", "1: registration.verify_first: must be false: this version sends no e-mail; set it to false"},
		{"trusted_proxies:\n- 10.0.0.0/8\n- 0.0.0.0/0\n- ::/0", "3: trusted_proxies[1]: must not be every address: anyone could then claim any address\n4: trusted_proxies[2]: must not be every address"},
		{"ui:\n  content_security_policy: \"default-src 'self'\\nX: y\"", "2: ui.content_security_policy: must be text without control characters; take out line breaks"},
		{"ui:\n  content_security_policy: default-src ‘self’", "2: ui.content_security_policy: must be one line of ASCII"},
	})
	mustLoad(t, complete("cookie: {insecure_on_loopback: true}\npublic_url: http://localhost:8080"))
	mustLoad(t, complete("password: {iterations: 1, memory_kib: 47104}"))
}

func TestSecretsAreCheckedAndNeverRepeated(t *testing.T) {
	holdFaults(t, []broken{
		{"master_key: hunter2", "1: master_key: must be 32 bytes in base64; make one with `openssl rand -base64 32`"},
		{"master_key: aHVudGVyMg==", "1: master_key: must be 32 bytes in base64"},
		{"master_key_previous: hunter2", "1: master_key_previous: must be 32 bytes in base64"},
		{"database_url: hunter2", "1: database_url: must be a PostgreSQL URL; write it like postgres://"},
		{"database_url: host=localhost password=hunter2", "1: database_url: must be a PostgreSQL URL"},
		{"database_url: mysql://u:hunter2@localhost/x", "1: database_url: must be a PostgreSQL URL"},
		{"database_url: postgres://u:hunter2@localhost:port/x", "1: database_url: must be a PostgreSQL URL; write it like postgres://vestibule@127.0.0.1:5432/vestibule, special characters in the password percent-encoded"},
		{"database_url: postgres://u:hunter2%zz@localhost/x", "1: database_url: must be a PostgreSQL URL"},
		{"database_url: postgres://localhost/x?sslmode=hunter2", "1: database_url: must be a PostgreSQL URL"},
		{"database_url: postgres://localhost/x?sslmode=verify-full&sslrootcert=/hunter2", "1: database_url: must name files that can be read: no such file or directory; correct sslrootcert"},
		{"listen: hunter2\nui: {app: hunter2}\ntls: {cert: hunter2, key: hunter2}", "1: listen: must be host:port\n2: ui.app: must be a folder that is there\n3: tls.cert: must be a file that can be read\n3: tls.key: must be a file that can be read: no such file or directory"},
	})
}

func TestAVariableIsCheckedLikeTheFile(t *testing.T) {
	got := faults(t, complete("trusted_proxies: [x]"), "VESTIBULE_TRUSTED_PROXIES=10.0.0.1", "VESTIBULE_DOWNSTREAMS=[{name: a, hunter: b}]",
		"VESTIBULE_CLIENTS=[*hunter2", "VESTIBULE_SESSION={idle_timeout: 1}", "VESTIBULE_PASSWORD_QUEUE=", "VESTIBULE_REGISTRATION_ENABLED=yes",
		"VESTIBULE_MASTER_KEY=hunter2", "VESTIBULE_DOWNSTREAM=x", "VESTIBULE_SERVICE_HOST=10.0.0.1", "VESTIBULE_PORT=tcp://10.0.0.1:80", "VESTIBULE_listen=x",
		"VESTIBULE_DOWNSTREAMS_"+strings.Repeat("A", 100)+"=1", "VESTIBULE_LOG="+strings.Repeat("#", 1<<20+1))
	want := []string{
		"vestibule.yaml:1: trusted_proxies[0]: must be an address",
		"VESTIBULE_CLIENTS: clients: is not YAML: a value that begins with an asterisk is not in quotes",
		"VESTIBULE_DOWNSTREAM: unknown variable; did you mean VESTIBULE_DOWNSTREAMS?",
		"VESTIBULE_DOWNSTREAMS: downstreams[0].hunter: unknown key; take it out",
		"VESTIBULE_DOWNSTREAMS: downstreams[0].url: is required",
		"VESTIBULE_DOWNSTREAMS: downstreams[0].audience: is required",
		"VESTIBULE_DOWNSTREAMS_" + strings.Repeat("A", 100) + ": unknown variable; take it out",
		"VESTIBULE_LOG: log: must be 1 MiB at most; shorten it",
		"VESTIBULE_MASTER_KEY: master_key: must be 32 bytes in base64",
		"VESTIBULE_PASSWORD_QUEUE: password.queue: must be a whole number",
		"VESTIBULE_PORT: unknown variable; Kubernetes sets it beside a Service of that name: say `enableServiceLinks: false` in the pod",
		"VESTIBULE_REGISTRATION_ENABLED: registration.enabled: must be true or false",
		"VESTIBULE_SERVICE_HOST: unknown variable; Kubernetes sets it",
		"VESTIBULE_SESSION: session.idle_timeout: must be a duration",
		"VESTIBULE_TRUSTED_PROXIES: trusted_proxies: must be a list",
		"VESTIBULE_listen: unknown variable; did you mean VESTIBULE_LISTEN?",
	}
	require.Len(t, got, len(want), strings.Join(got, "\n"))
	for i := range want {
		require.True(t, strings.HasPrefix(got[i], want[i]), "%s\n%s", want[i], got[i])
		require.NotContains(t, got[i], "hunter2")
	}
}

func TestWhatIsAcceptedWithARiskIsAWarning(t *testing.T) {
	const plain = "without TLS to an address that is not known to be private: add sslmode=verify-full"
	for text, want := range map[string]string{
		"downstreams: [{name: a, audience: a, url: 'http://10.0.0.1:1', insecure: true}]":  "downstreams[0].insecure: the downstream a is reached over plain http: whoever is on that network can read and use its tokens",
		"downstreams: [{name: a, audience: a, url: 'http://127.0.0.1:1', insecure: true}]": "",
		"clients: [{id: a, grants: [device_code], audience: x}]":                           `clients[0].audience: no downstream has the audience "x"`,
		"clients: [{id: a, grants: [device_code], audiences: [x]}]":                        `clients[0].audiences[0]: no downstream has the audience "x"`,
		"database_url: postgres://u:hunter2@203.0.113.7/x":                                 "database_url: allows a connection " + plain,
		"database_url: postgres://u@203.0.113.7/x?sslmode=disable":                         plain,
		"database_url: postgres://u@127.0.0.1,203.0.113.7/x":                               plain,
		"database_url: postgres://u@203.0.113.7/x?sslmode=require":                         "",
		"database_url: postgres://u@10.1.2.3/x":                                            "",
		"database_url: postgres:///x?host=/var/run/postgresql":                             "",
		"database_url: postgres://u@[::1]/x":                                               "",
	} {
		_, warnings, err := load(t, complete(text))
		require.NoError(t, err, text)
		if want == "" {
			require.Empty(t, warnings, text)
			continue
		}
		require.Len(t, warnings, 1, text)
		require.Contains(t, warnings[0].String(), want)
		require.NotContains(t, warnings[0].String(), "hunter2")
	}
}

func TestTheAppIsAFolderWithAnIndex(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "hunter2.txt")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	holdFaults(t, []broken{
		{"ui:\n  app: " + folder, "2: ui.app: must be a folder with an index.html; build the app first"},
		{"ui:\n  app: " + file, "2: ui.app: must be a folder; name the folder that holds index.html"},
		{"ui:\n  app: " + folder + "/none", "2: ui.app: must be a folder that is there: no such file or directory; correct the path, or build the app first; a development server has http:// in front"},
	})
	require.NoError(t, os.WriteFile(filepath.Join(folder, "index.html"), nil, 0o600))
	ui := mustLoad(t, complete("ui:\n  app: "+folder)).UI
	require.Equal(t, folder, ui.App)
	require.Nil(t, ui.Server())
}

func TestADevelopmentServerIsOnThisMachine(t *testing.T) {
	const remote = "must be on loopback where it is the URL of a development server: its pages are this origin's own, and no policy is enforced on them; run it on this machine, or build the app"
	holdFaults(t, []broken{
		{"ui:\n  app: http://10.0.0.1:5173", "2: ui.app: " + remote},
		{"ui:\n  app: https://hunter2.example.com", "2: ui.app: " + remote},
		{"ui:\n  app: http://localhost.example.com:5173", "2: ui.app: " + remote},
		{"ui:\n  app: http://0.0.0.0:5173", "2: ui.app: " + remote},
		{"ui:\n  app: https://localhost:5173", "2: ui.app: must be http:// where it is the URL of a development server"},
		{"ui:\n  app: ws://localhost:5173", "2: ui.app: must begin with https:// or http://; write the scheme"},
		{"ui:\n  app: http://hunter2@localhost:5173", "2: ui.app: must not hold a user or a password"},
		{"ui:\n  app: http://localhost:5173/app/", "2: ui.app: must be a scheme and a host where it is the URL of a development server, without a path; write http://localhost:5173"},
		{"ui:\n  app: http://localhost:5173/?hunter2", "2: ui.app: must not have a query or a fragment"},
		{"ui:\n  app: 'http://[::1'", "2: ui.app: must be a folder, or the URL of a development server; write it like http://127.0.0.1:5173"},
		{"ui:\n  app: http://127.0.0.1:8080", "2: ui.app: must not be Vestibule's own address: it would ask itself"},
		{"ui:\n  app: http://localhost:8081", "2: ui.app: must not be Vestibule's own address: it would ask itself"},
	})
	for _, at := range []string{"http://localhost:5173", "http://127.0.0.1:5173", "http://[::1]:5173", "http://app.localhost:3000"} {
		c, warnings, err := config.Development(developmentBase(), []string{"VESTIBULE_UI_APP=" + at})
		require.NoError(t, err, at)
		require.Empty(t, warnings, at)
		require.Equal(t, at, c.UI.Server().String())
	}
	c, _, err := config.Development(developmentBase(), []string{"VESTIBULE_UI_APP=http://localhost:5173/"})
	require.NoError(t, err)
	require.Equal(t, "http://localhost:5173", c.UI.Server().String())
	_, _, err = config.Development(developmentBase(), []string{"VESTIBULE_UI_APP=http://10.0.0.1:5173"})
	require.ErrorContains(t, err, "VESTIBULE_UI_APP: ui.app: must be on loopback")

	_, warnings, err := load(t, complete("ui:\n  app: http://localhost:5173"))
	require.NoError(t, err)
	require.Len(t, warnings, 1, "people reach it at a name that is not loopback")
	require.Contains(t, warnings[0].String(), "no Content-Security-Policy is enforced")
}

func TestACertificateAndItsKeyAreBothGivenAndFit(t *testing.T) {
	cert, key := pair(t)
	_, other := pair(t)
	holdFaults(t, []broken{
		{"tls:\n  cert: " + cert, "1: tls.key: must be given together with tls.cert"},
		{"tls:\n  key: " + key, "1: tls.cert: must be given together with tls.key"},
		{"tls:\n  cert: " + cert + "\n  key: /none", "3: tls.key: must be a file that can be read: no such file or directory; correct the path or the file's permissions"},
		{"tls:\n  cert: " + t.TempDir() + "\n  key: " + key, "2: tls.cert: must be a file that can be read: is a directory"},
		{"tls:\n  cert: " + cert + "\n  key: " + other, "2: tls.cert: must be a certificate that fits tls.key, both PEM"},
		{"tls:\n  cert: " + key + "\n  key: " + key, "2: tls.cert: must be a certificate that fits tls.key, both PEM"},
	})
	require.Equal(t, config.TLS{Cert: cert, Key: key}, mustLoad(t, complete("tls: {cert: "+cert+", key: "+key+"}")).TLS)
}

// pair makes a certificate and its key.
func pair(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	folder := t.TempDir()
	for name, block := range map[string]*pem.Block{"cert": {Type: "CERTIFICATE", Bytes: signed}, "key": {Type: "PRIVATE KEY", Bytes: der}} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600))
	}
	return filepath.Join(folder, "cert"), filepath.Join(folder, "key")
}
