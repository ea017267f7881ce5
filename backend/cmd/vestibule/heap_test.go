package main

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheHeapHasAFloorUnlessTheOperatorSaysHowItGrows(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	defer func() { floor = nil }()

	t.Setenv("GOGC", "200")
	tuneHeap()
	require.Empty(t, floor)
	require.Equal(t, 100, debug.SetGCPercent(100), "the runtime has read GOGC itself")

	t.Setenv("GOGC", "")
	tuneHeap()
	require.Len(t, floor, floorSize)
	require.Equal(t, growth, debug.SetGCPercent(growth))
}
