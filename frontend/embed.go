// Package frontend carries the built pages inside the binary. Built from a fresh clone without
// `npm run build` it carries none, and still compiles.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Account gives the built-in pages, served under /account/. Empty when the pages were not built.
func Account() fs.FS { return sub("dist/account") }

// Example gives the example single-page app, served at / under `vestibule dev`. Empty when it was
// not built.
func Example() fs.FS { return sub("dist/example") }

// sub panics only on a path that fs.ValidPath refuses, and both are constants.
func sub(dir string) fs.FS {
	found, err := fs.Sub(dist, dir)
	if err != nil {
		panic(err)
	}
	return found
}
