package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOnly200IsWell(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	require.NoError(t, probe(server.URL, time.Minute))
	status = http.StatusServiceUnavailable
	require.ErrorContains(t, probe(server.URL, time.Minute), "503")
	server.Close()
	require.Error(t, probe(server.URL, time.Minute))
}

func TestSilenceIsNotWell(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	require.Error(t, probe(server.URL, 10*time.Millisecond))
}
