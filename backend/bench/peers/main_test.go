package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

func TestASessionBecomesATokenAndWithoutOneThereIsNoWay(t *testing.T) {
	var got http.Header
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		_, _ = io.WriteString(w, r.URL.Path)
	}))
	defer upstream.Close()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	store, expiry := memstore.New(), time.Now().Add(time.Hour)
	data, err := (scs.GobCodec{}).Encode(expiry, map[string]any{"user_id": "u", "sid": "s"})
	require.NoError(t, err)
	require.NoError(t, store.Commit("known", data, expiry))
	peer := handler(store, key, strings.TrimPrefix(upstream.URL, "http://"))
	ask := func(cookie string) *httptest.ResponseRecorder {
		request := httptest.NewRequest(http.MethodGet, "/api/orders/", http.NoBody)
		request.Header.Set("Cookie", "__Host-session="+cookie)
		request.Header.Set("Authorization", "Bearer forged")
		answer := httptest.NewRecorder()
		peer.ServeHTTP(answer, request)
		return answer
	}

	require.Equal(t, http.StatusUnauthorized, ask("unknown").Code)
	require.Nil(t, got)
	answer := ask("known")
	require.Equal(t, http.StatusOK, answer.Code)
	require.Equal(t, "/api/orders/", answer.Body.String())
	require.Empty(t, answer.Header().Values("Set-Cookie"))
	require.Empty(t, got.Values("Cookie"))
	require.Len(t, got.Values("Authorization"), 1)
	claims := jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(strings.TrimPrefix(got.Get("Authorization"), "Bearer "), claims, func(*jwt.Token) (any, error) { return &key.PublicKey, nil })
	require.NoError(t, err)
	require.Equal(t, "u", claims["sub"])
}
