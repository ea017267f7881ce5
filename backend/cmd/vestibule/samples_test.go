package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres/pgtest"
)

func TestAnAdministratorSeesWhatTwoReplicasDo(t *testing.T) {
	file := configure(t, pgtest.URL(t), "")
	one, two := start(t, nil, "serve", "--config", file), start(t, nil, "serve", "--config", file)
	register(t, one.url)
	code, _, said := run(nil, "admin", "role", "robin@example.com", "admin", "--config", file)
	require.Zero(t, code, said)
	cookie := signIn(t, two.url, "robin@example.com", "a fine day to be out")
	status, _ := ask(t, "GET", one.url+"/auth/session", cookie)
	require.Equal(t, http.StatusOK, status)

	var seen struct {
		Replicas []struct{ Name string }
		Samples  []struct {
			SessionsBrowser *int `json:"sessions_browser"`
			SignIns         int  `json:"sign_ins"`
			LookupsCache    int  `json:"lookups_cache"`
			LookupsDatabase int  `json:"lookups_database"`
			Revocations     int  `json:"revocations"`
		}
	}
	require.Eventually(t, func() bool {
		status, body := ask(t, "GET", two.url+"/admin/overview", cookie)
		require.Equal(t, http.StatusOK, status, body)
		require.NoError(t, json.Unmarshal([]byte(body), &seen))
		signIns, ends, counted := 0, 0, false
		for _, s := range seen.Samples {
			signIns, ends = signIns+s.SignIns, ends+s.Revocations
			counted = counted || (s.SessionsBrowser != nil && *s.SessionsBrowser == 1)
		}
		return len(seen.Replicas) == 2 && signIns == 2 && ends == 2 && counted // both have heard of the one that ended
	}, endsWithin, 100*time.Millisecond)
	require.NotEqual(t, seen.Replicas[0].Name, seen.Replicas[1].Name)
}

func TestWhatEndedBeforeAReplicaWasThereIsNoDelayOfItsOwn(t *testing.T) {
	file := configure(t, pgtest.URL(t), "")
	one := start(t, nil, "serve", "--config", file)
	register(t, one.url)
	end := func(at string) {
		cookie := signIn(t, at, "robin@example.com", "a fine day to be out")
		status, _ := ask(t, "POST", at+"/auth/logout", cookie)
		require.Equal(t, http.StatusNoContent, status)
	}
	end(one.url)
	two := start(t, nil, "serve", "--config", file)
	counted := func() string {
		_, metrics := ask(t, "GET", two.internal+"/metrics", "")
		return regexp.MustCompile(`(?m)^vestibule_revocation_delay_seconds_count .*$`).FindString(metrics)
	}
	require.Equal(t, "vestibule_revocation_delay_seconds_count 0", counted())
	end(two.url)
	require.Eventually(t, func() bool { return counted() == "vestibule_revocation_delay_seconds_count 1" }, endsWithin, 10*time.Millisecond)
}
