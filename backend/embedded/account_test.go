package embedded

import (
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRootRunsPostgresAsAnotherUser(t *testing.T) {
	needRoot(t)
	s, _ := startIn(t, folder(t))
	info, err := os.Stat("/proc/" + strconv.Itoa(s.cmd.Process.Pid))
	require.NoError(t, err)
	owner := info.Sys().(*syscall.Stat_t)
	require.NotZero(t, owner.Uid)
	require.Equal(t, s.place.as.uid, owner.Uid)
}

func TestAnOrdinaryUserNeedsNothingSpecial(t *testing.T) {
	var attributes *syscall.SysProcAttr
	dir := folder(t)
	if os.Getuid() == 0 {
		nobody, err := user.Lookup("nobody")
		require.NoError(t, err)
		uid, err := strconv.Atoi(nobody.Uid)
		require.NoError(t, err)
		gid, err := strconv.Atoi(nobody.Gid)
		require.NoError(t, err)
		require.NoError(t, os.Chown(dir, uid, gid))
		reachableBinaries(t, nobody)
		attributes = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}} //nolint:gosec // ids fit
	}
	h := startHelper(t, dir, attributes)
	data := ask(t, h.url, `SHOW data_directory`)
	require.Equal(t, dir, filepath.Dir(data), "as somebody who isn't root, the files lie where they were wanted")
	require.NoError(t, h.stop())
	require.Equal(t, "stopped", h.says())
	require.NoError(t, h.cmd.Wait())
}

func TestFoldersThatTheOtherUserCantReachAreReplacedAndTheLogSaysBy(t *testing.T) {
	needRoot(t)
	before := syscall.Umask(0o077) // as careful as root may be
	defer syscall.Umask(before)
	closed := filepath.Join(folder(t), "closed")
	require.NoError(t, os.Mkdir(closed, 0o700))
	t.Setenv("TMPDIR", closed)
	found, err := findBinaries()
	require.NoError(t, err)
	require.NoError(t, exec.CommandContext(t.Context(), "cp", "-r", filepath.Dir(found[0]), filepath.Join(closed, "native")).Run())
	t.Setenv("PG_BIN", filepath.Join(closed, "native", "bin"))

	s, said := startIn(t, filepath.Join(closed, "data"))
	t.Cleanup(func() {
		require.NoError(t, s.Stop())
		require.NoError(t, Remove(filepath.Join(closed, "data")))
		require.NoDirExists(t, s.place.data)
		require.NoError(t, os.RemoveAll(filepath.Dir(s.place.bin)))
	})
	require.Equal(t, s.place.data, ask(t, s.URL(), `SHOW data_directory`))
	for _, dir := range []string{s.place.data, filepath.Dir(s.place.bin)} {
		require.False(t, strings.HasPrefix(dir, closed), dir)
		require.Contains(t, said.String(), "folder="+dir)
	}
	require.NoError(t, s.Stop())
	again, err := Start(t.Context(), Options{DataDir: filepath.Join(closed, "data"), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Fast: true})
	require.NoError(t, err, "the copy is used again")
	require.Equal(t, s.place.bin, again.place.bin)
	require.NoError(t, again.Stop())
}

func TestAFolderOfSomebodyElseIsNotUsed(t *testing.T) {
	needRoot(t)
	dir := filepath.Join(folder(t), "postgres-7")
	require.NoError(t, os.Mkdir(dir, 0o755)) //nolint:gosec // as somebody else would
	require.NoError(t, os.Chown(dir, 1, 1))
	as := &account{name: "x", uid: 7, gid: 7, drop: true}
	require.ErrorContains(t, as.makeFolder(dir), "belongs to somebody else")
}
