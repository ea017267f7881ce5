package httpapi_test

import (
	"testing"

	"vestibule/backend/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
