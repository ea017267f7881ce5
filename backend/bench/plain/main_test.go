package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestItPassesOnWhatItGets(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.Path+" "+r.Header.Get("Cookie"))
	}))
	defer upstream.Close()
	request := httptest.NewRequest(http.MethodGet, "/api/orders/", http.NoBody)
	request.Header.Set("Cookie", "a=b")
	answer, err := newApp(strings.TrimPrefix(upstream.URL, "http://")).Test(request)
	require.NoError(t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, "/api/orders/ a=b", string(body))
}
