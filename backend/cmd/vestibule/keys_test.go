package main

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres/pgtest"
)

// keyCommand runs one of the commands about keys, and gives all that it says.
func keyCommand(environ []string, file string, args ...string) (int, string) {
	code, out, said := run(environ, append([]string{"keys"}, append(args, "--config", file)...)...)
	return code, out + said
}

// listed gives the rows of the list: kid, algorithm, state, and then times.
func listed(t *testing.T, file string) (rows [][]string) {
	t.Helper()
	code, said := keyCommand(nil, file, "list")
	require.Zero(t, code, said)
	lines := strings.Split(strings.TrimSpace(said), "\n")
	require.Equal(t, []string{"KID", "ALGORITHM", "STATE", "CREATED", "SIGNS FROM", "LEAVES THE JWKS"}, regexp.MustCompile(`  +`).Split(lines[0], -1))
	for _, line := range lines[1:] {
		row := regexp.MustCompile(`  +`).Split(line, -1)
		require.Len(t, row, 6, line)
		for _, at := range row[3:] {
			_, err := time.Parse("2006-01-02 15:04:05 UTC", at)
			require.NoError(t, err)
		}
		rows = append(rows, row)
	}
	return rows
}

func states(rows [][]string) (all []string) {
	for _, row := range rows {
		all = append(all, row[0]+" "+row[2])
	}
	slices.Sort(all)
	return all
}

func TestKeysAreLookedAfterFromTheCommandLine(t *testing.T) {
	file := configure(t, pgtest.URL(t), "")
	code, said := keyCommand(nil, file, "list")
	require.Zero(t, code, said)
	require.Contains(t, said, "there are none")
	start(t, nil, "serve", "--config", file)
	first := listed(t, file)[0][0]
	require.Equal(t, []string{first + " signing"}, states(listed(t, file)))

	code, said = keyCommand([]string{"VESTIBULE_TOKEN_ALGORITHM=EdDSA"}, file, "rotate")
	require.Zero(t, code, said)
	next := listed(t, file)[0]
	require.Equal(t, "EdDSA", next[1])
	require.Contains(t, said, "key "+next[0]+" (EdDSA) is published, and signs from "+next[4]+" on.")
	from, err := time.Parse("2006-01-02 15:04:05 UTC", next[4])
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(24*time.Hour), from, time.Minute)
	code, said = keyCommand(nil, file, "rotate")
	require.Equal(t, 1, code)
	require.Contains(t, said, "Key "+next[0]+" waits already, and signs from "+next[4]+" on.")

	for kid, why := range map[string]string{"nobody's": "no such key", first: "signs. `rotate` publishes the next one"} {
		code, said = keyCommand(nil, file, "retire", kid)
		require.Equal(t, 1, code)
		require.Contains(t, said, why)
	}
	code, _ = keyCommand(nil, file, "retire")
	require.Equal(t, 2, code)
	code, said = keyCommand(nil, file, "retire", next[0])
	require.Zero(t, code, said)
	require.Contains(t, said, "key "+next[0]+" has left the JWKS")
	code, said = keyCommand(nil, file, "retire", next[0])
	require.Equal(t, 1, code)
	require.Contains(t, said, "has left the JWKS already, at ")

	code, said = keyCommand(nil, file, "rotate", "--compromised")
	require.Zero(t, code, said)
	second := listed(t, file)[0][0]
	require.Contains(t, said, "key "+first+" is revoked")
	require.Contains(t, said, "key "+second+" (ES256) signs in its place")
	require.Contains(t, said, "within five minutes")
	code, said = keyCommand(nil, file, "retire", first, "--compromised")
	require.Equal(t, 1, code)
	require.Contains(t, said, "Key "+first+" was revoked at ")
	code, said = keyCommand(nil, file, "reseal")
	require.Zero(t, code, said)
	require.Contains(t, said, "0 of 1 keys sealed anew")
	require.Eventually(t, func() bool { return slices.Contains(states(listed(t, file)), second+" signing") }, endsWithin, 10*time.Millisecond)
	require.ElementsMatch(t, []string{first + " revoked", next[0] + " retired", second + " signing"}, states(listed(t, file)))
}

func newMasterKey() string {
	var key [32]byte
	_, _ = rand.Read(key[:])
	return base64.StdEncoding.EncodeToString(key[:])
}

// sealedWith is the environment of a replica with these master keys.
func sealedWith(current, previous string) []string {
	return []string{"VESTIBULE_MASTER_KEY=" + current, "VESTIBULE_MASTER_KEY_PREVIOUS=" + previous}
}

func TestTheMasterKeyIsChangedInThreeSteps(t *testing.T) {
	file, before, after := configure(t, pgtest.URL(t), ""), newMasterKey(), newMasterKey()
	keys := func(r *running) string {
		status, body := ask(t, "GET", r.internal+"/.well-known/jwks.json", "x=y")
		require.Equal(t, http.StatusOK, status)
		return body
	}
	r := start(t, sealedWith(before, ""), "serve", "--config", file)
	published := keys(r)
	require.Zero(t, r.end())
	code, _, said := run(sealedWith(after, ""), "serve", "--config", file)
	require.Equal(t, 1, code)
	require.Contains(t, said, "master_key: it does not open the signing key")

	r = start(t, sealedWith(after, before), "serve", "--config", file) // first: every replica opens both
	require.Equal(t, published, keys(r))
	code, said = keyCommand(sealedWith(newMasterKey(), newMasterKey()), file, "reseal")
	require.Equal(t, 1, code)
	require.Contains(t, said, "master_key: it does not open the signing key "+listed(t, file)[0][0])
	for _, anew := range []string{"1 of 1", "0 of 1"} { // then: all are sealed anew
		code, said = keyCommand(sealedWith(after, before), file, "reseal")
		require.Zero(t, code, said)
		require.Contains(t, said, anew+" keys sealed anew")
	}
	require.Zero(t, r.end())
	r = start(t, sealedWith(after, ""), "serve", "--config", file) // and last: the old one goes
	require.Equal(t, published, keys(r))
	status, body := ask(t, "GET", r.internal+"/readyz", "x=y")
	require.Contains(t, body, `"keys":"ok"`, status)
}

// It was forgotten when the others got the new master key.
func TestAReplicaThatCanNotOpenTheKeyThatShouldSignIsNotReadyAndServesAllTheSame(t *testing.T) {
	wire := newStrict(t)
	database, before, after := pgtest.URL(t), newMasterKey(), newMasterKey()
	file := configure(t, database, "downstreams: [{name: orders, url: "+wire.URL+", audience: orders}]\n")
	r := start(t, sealedWith(before, ""), "serve", "--config", file)
	wire.follow(t, "orders", r, r, func(string) {})
	code, said := keyCommand(sealedWith(after, before), file, "rotate")
	require.Zero(t, code, said)
	ready := func() (int, string) { return ask(t, "GET", r.internal+"/readyz", "x=y") }
	logs := func() bool { return strings.Contains(r.err.String(), "a signing key can't be used here") }
	require.Eventually(t, logs, endsWithin, time.Millisecond, "it says so a day ahead")
	status, body := ready()
	require.Equal(t, http.StatusOK, status, body)

	psql, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	defer psql.Close(t.Context())
	_, err = psql.Exec(t.Context(), `UPDATE signing_keys SET signs_from = now() WHERE signs_from > now()`)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		status, body = ready()
		return status == http.StatusServiceUnavailable
	}, endsWithin, 5*time.Millisecond)
	require.Contains(t, body, `"keys":"master_key: it does not open the signing key`)
	status, body = ask(t, "GET", r.url+"/api/orders/", register(t, r.url))
	require.Equal(t, http.StatusOK, status, body)
}
