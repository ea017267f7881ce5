package httpapi_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres"
	"vestibule/backend/sample"
)

func TestAnAdministratorSeesWhatAllReplicasDo(t *testing.T) {
	r := boot(t)
	p, nora := r.admin(), r.person()
	nora.again()
	p.send("DELETE", "/admin/users/"+nora.id+"/sessions", nil).is(200)
	r.exec(`INSERT INTO events (at, name, detail) VALUES (now() - interval '25 hours', 'session.ended', '{"reason": "reuse"}')`)
	store := postgres.NewSamples(r.db)
	at := r.clock.Now().Add(-20 * time.Second).Round(sample.Step)
	delay := 12500 * time.Microsecond
	for _, replica := range []string{"a:1", "b:2"} {
		require.NoError(t, store.Write(t.Context(), sample.Sample{At: at, Replica: replica, Counts: sample.Counts{SignIns: 1, Exchanges: 2, DelayP50: &delay, DelayP99: &delay}}))
	}
	counted, err := store.Count(t.Context(), at, "b:2")
	require.NoError(t, err)
	require.True(t, counted)
	for _, later := range []time.Time{at.Add(sample.Step), r.clock.Now().Add(time.Minute)} {
		require.NoError(t, store.Write(t.Context(), sample.Sample{At: later, Replica: "a:1"}))
	}
	said := p.get("/admin/overview").is(200).json()
	require.Equal(t, "ended now replicas samples sessions step users", members(said))
	require.WithinDuration(t, time.Now(), moment(t, said["now"]), time.Minute)
	require.Equal(t, []any{2.0, map[string]any{"browser": 1.0, "client": 0.0}, 5.0}, []any{said["users"], said["sessions"], said["step"]})
	require.Equal(t, []any{map[string]any{"reason": "ended_by_admin", "n": 2.0}, map[string]any{"reason": "account_changed", "n": 1.0}}, said["ended"])
	require.Len(t, said["replicas"], 2)
	require.Equal(t, []any{"b:2", at.UTC()}, []any{said["replicas"].([]any)[1].(map[string]any)["name"], moment(t, said["replicas"].([]any)[1].(map[string]any)["at"])})
	samples := said["samples"].([]any)
	require.Len(t, samples, 2, "none that is not over")
	first, second := samples[0].(map[string]any), samples[1].(map[string]any)
	require.Equal(t, "at exchanges lookups_cache lookups_database lookups_refused revocation_delay_p50_ms revocation_delay_p99_ms revocations sessions_browser sessions_client sign_in_failures sign_ins", members(first))
	require.Equal(t, []any{2.0, 4.0, 12.5, 1.0, 0.0}, []any{first["sign_ins"], first["exchanges"], first["revocation_delay_p50_ms"], first["sessions_browser"], first["sessions_client"]})
	require.Equal(t, []any{nil, nil, nil, nil}, []any{second["revocation_delay_p50_ms"], second["revocation_delay_p99_ms"], second["sessions_browser"], second["sessions_client"]})

	newer := p.get("/admin/overview?since=" + url.QueryEscape(first["at"].(string))).is(200).json()
	require.Equal(t, []any{second}, newer["samples"])
	require.Equal(t, "since:time", p.get("/admin/overview?since=yesterday").fields())
	require.Equal(t, "limit:unknown", p.get("/admin/overview?limit=1").fields())
}
