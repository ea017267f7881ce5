package embedded

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatNPMBroughtComesBeforeTheSystems(t *testing.T) {
	t.Setenv("PG_BIN", "")
	found, err := findBinaries()
	require.NoError(t, err)
	require.Contains(t, found[0], "@embedded-postgres", "run `make build` first")
}

func TestPGBINIsTakenAtItsWord(t *testing.T) {
	t.Setenv("PG_BIN", t.TempDir())
	_, err := findBinaries()
	require.ErrorContains(t, err, "where there are no initdb and postgres")
}

func TestWhereThereIsNoPostgresTheErrorSaysWhatToType(t *testing.T) {
	require.ErrorContains(t, errNoPostgres, "npm ci --ignore-scripts")
}

func TestBinariesThatAreTooOldOrDoNotRunAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ script, why string }{
		"too old": {"echo 'postgres (PostgreSQL) 14.9'", "PostgreSQL 15 or later is needed"},
		"broken":  {"echo libicui18n.so.60: cannot open >&2; exit 127", "libicui18n.so.60: cannot open"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			for _, program := range []string{"postgres", "initdb"} {
				require.NoError(t, os.WriteFile(filepath.Join(dir, program), []byte("#!/bin/sh\n"+c.script+"\n"), 0o755)) //nolint:gosec // a program
			}
			t.Setenv("PG_BIN", dir)
			_, err := Start(t.Context(), Options{DataDir: filepath.Join(folder(t), "data"), Log: slog.New(slog.DiscardHandler)})
			require.ErrorContains(t, err, c.why)
			require.ErrorContains(t, err, dir)
		})
	}
}

func TestTheSystemsOwnPostgresDoesToo(t *testing.T) {
	system, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	require.NoError(t, err)
	for _, bin := range system {
		if version(bin) < oldest || !hasBinaries(bin) {
			continue
		}
		t.Setenv("PG_BIN", bin)
		s, _ := startIn(t, folder(t))
		require.Contains(t, ask(t, s.URL(), `SHOW server_version`), filepath.Base(filepath.Dir(bin))+".")
		return
	}
	t.Skip("the system has none")
}

func TestBinariesAreCopiedOnceAndAnewAfterAnUpgrade(t *testing.T) {
	from, to := folder(t), filepath.Join(folder(t), "copy")
	program, copied := filepath.Join(from, "bin", "postgres"), filepath.Join(to, "bin", "postgres")
	require.NoError(t, os.Mkdir(filepath.Dir(program), 0o700))
	install := func(text string, at time.Time) {
		require.NoError(t, os.WriteFile(program, []byte(text), 0o755)) //nolint:gosec // a program
		require.NoError(t, os.Chtimes(program, at, at))
		require.NoError(t, copyTree(from, to))
	}
	installed := time.Now().Add(-time.Hour)
	install("one", installed)
	require.NoError(t, os.WriteFile(filepath.Join(to, "mark"), nil, 0o600))
	install("one", installed)
	require.FileExists(t, filepath.Join(to, "mark"), "the same one is not copied again")
	install("two", installed.Add(time.Minute))
	require.Equal(t, "two", readFile(copied))
	require.NoFileExists(t, filepath.Join(to, "mark"))
	install("three", installed.Add(time.Minute))
	require.Equal(t, "three", readFile(copied))
	left, err := filepath.Glob(to + "-*")
	require.NoError(t, err)
	require.Empty(t, left)
}
