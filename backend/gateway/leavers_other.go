//go:build !linux

package gateway

func closedByPeer(uintptr) bool { return false }
