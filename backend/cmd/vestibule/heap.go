package main

import (
	"os"
	"runtime/debug"
)

// floor takes address space and, since it is never touched, no memory; but the garbage collector, which
// lets the heap grow by a share of what is there, counts it. With few sessions it would run twice a second,
// each time for ten milliseconds in which requests are slower: enough to be everybody's p99.
var floor []byte

const (
	floorSize = 32 << 20
	growth    = 80 // percent, for a little less memory with very many sessions than Go's 100
)

// tuneHeap leaves an operator's own GOGC alone.
func tuneHeap() {
	if os.Getenv("GOGC") != "" {
		return
	}
	floor = make([]byte, floorSize)
	debug.SetGCPercent(growth)
}
