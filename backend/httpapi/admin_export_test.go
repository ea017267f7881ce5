package httpapi

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
)

// endless is an account of what happened that never ends, and counts how much of it was asked for.
type endless struct {
	Events
	asked int
}

func (e *endless) Search(_ context.Context, _ event.Filter, after event.Mark, limit int) ([]event.Told, error) {
	e.asked += limit
	page := make([]event.Told, limit)
	for i := range page {
		page[i].ID, page[i].At, page[i].Name = after.ID-int64(i)-1, time.Unix(after.ID-int64(i)-1, 0), event.SessionEnded
	}
	return page, nil
}

func TestAnExportIsReadFromTheDatabaseAsItsReaderTakesIt(t *testing.T) {
	account := &endless{}
	x := &export{ctx: t.Context(), events: account, after: event.Mark{ID: 1 << 40}, write: writeCSV}
	_, err := io.CopyN(io.Discard, x, 1000)
	require.NoError(t, err)
	require.Equal(t, exportPage, account.asked)
	most := 0
	for range 200 {
		_, err = io.CopyN(io.Discard, x, 64<<10)
		require.NoError(t, err)
		most = max(most, x.ready.Cap())
	}
	require.Greater(t, account.asked, 100*exportPage)
	require.Less(t, most, 1<<20, "what is in memory does not grow")
}
