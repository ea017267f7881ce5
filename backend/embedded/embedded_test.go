package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestARestartKeepsDataPortAndPassword(t *testing.T) {
	dir := folder(t)
	s, _ := startIn(t, dir)
	require.Equal(t, "UTC", ask(t, s.URL(), `SHOW timezone`))
	require.Equal(t, "127.0.0.1", ask(t, s.URL(), `SHOW listen_addresses`))
	require.Empty(t, ask(t, s.URL(), `SHOW unix_socket_directories`))
	do(t, s.URL(), `CREATE TABLE t AS SELECT 'kept' AS v`)
	require.NoError(t, s.Stop())
	require.NoError(t, s.Stop(), "a second stop does nothing")
	<-s.Done()

	again, _ := startIn(t, dir)
	require.Equal(t, s.URL(), again.URL())
	require.Equal(t, "kept", ask(t, again.URL(), `SELECT v FROM t`))
	require.Less(t, again.port, 32768, "the system hands out those above by itself")
}

func TestNobodyGetsInWithoutThePassword(t *testing.T) {
	s, _ := startIn(t, folder(t))
	for _, words := range []*url.Userinfo{url.User(role), url.UserPassword(role, "guessed")} {
		u, err := url.Parse(s.URL())
		require.NoError(t, err)
		u.User = words
		_, err = pgx.Connect(t.Context(), u.String())
		require.Error(t, err)
	}
	info, err := os.Stat(s.place.notes + ".password")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestASecondProgramOnTheSameFolderIsRefused(t *testing.T) {
	dir := folder(t)
	first := startHelper(t, dir, nil)
	_, err := Start(t.Context(), Options{DataDir: dir, Log: slog.New(slog.DiscardHandler)})
	require.ErrorIs(t, err, ErrInUse)
	require.ErrorIs(t, Remove(dir), ErrInUse)
	require.Equal(t, "1", ask(t, first.url, `SELECT '1'`), "the first goes on")

	require.NoError(t, first.stop())
	require.Equal(t, "stopped", first.says())
	require.NoError(t, first.cmd.Wait())
	startIn(t, dir)
}

func TestPostgresEndsWithAProgramThatIsKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux signals a child at its parent's death")
	}
	dir := folder(t)
	h := startHelper(t, dir, nil)
	require.NoError(t, h.cmd.Process.Kill())
	_ = h.cmd.Wait()
	p, err := locate(dir)
	require.NoError(t, err)
	require.Eventually(t, ended(h.postgres, p.data), soon, often)
}

func TestTheNextStartTakesOverFromAProgramThatWasKilled(t *testing.T) {
	dir := folder(t)
	h := startHelper(t, dir, nil)
	do(t, h.url, `CREATE TABLE t AS SELECT 'kept' AS v`)
	require.NoError(t, h.cmd.Process.Kill())
	_ = h.cmd.Wait()
	s, _ := startIn(t, dir) // at once, while the other may still be ending
	require.Equal(t, "kept", ask(t, s.URL(), `SELECT v FROM t`))
}

func TestAPostgresThatWasLeftRunningIsStoppedFirst(t *testing.T) {
	for _, frozen := range []bool{false, true} {
		t.Run(fmt.Sprintf("frozen=%v", frozen), func(t *testing.T) {
			dir := folder(t)
			s, _ := startIn(t, dir)
			require.NoError(t, s.Stop())

			left := s.place.command(context.WithoutCancel(t.Context()), "postgres", "-D", s.place.data, "-c", "port="+strconv.Itoa(s.port),
				"-c", "unix_socket_directories=")
			require.NoError(t, left.Start())
			t.Cleanup(func() { _ = left.Process.Kill(); _ = left.Wait() })
			require.Eventually(t, func() bool { return s.ensureDatabase(t.Context()) == nil }, soon, often)
			if frozen {
				require.NoError(t, left.Process.Signal(syscall.SIGSTOP))
			}
			over := make(chan error, 1)
			go func() { over <- left.Wait() }()

			again, said := startIn(t, dir)
			<-over
			require.Contains(t, said.String(), "left behind")
			require.Equal(t, s.URL(), again.URL())
			require.Equal(t, "1", ask(t, again.URL(), `SELECT '1'`))
		})
	}
}

func TestAStaleNumberOfAnotherProcessIsLeftAlone(t *testing.T) {
	dir := folder(t)
	s, _ := startIn(t, dir)
	require.NoError(t, s.Stop())
	// Its number is taken by a process that merely speaks of the cluster.
	reader := s.place.command(t.Context(), "../../../../../../../../../../../../bin/tail", "-f", s.place.data+"/PG_VERSION", s.place.data)
	require.NoError(t, reader.Start())
	t.Cleanup(func() { _ = reader.Process.Kill(); _ = reader.Wait() })
	note := filepath.Join(s.place.data, "postmaster.pid")
	require.NoError(t, s.place.as.writeFile(note, strconv.Itoa(reader.Process.Pid)+"\n"+s.place.data+"\n"))

	require.NoError(t, s.place.stopStale(slog.New(slog.DiscardHandler)))
	require.NoError(t, reader.Process.Kill())
	_ = reader.Wait()
	require.Equal(t, syscall.SIGKILL, reader.ProcessState.Sys().(syscall.WaitStatus).Signal(), "ours was the first signal that it got")
	require.NoError(t, os.Remove(note))
}

func TestAStartThatIsCancelledWhileItMakesTheClusterIsNoObstacle(t *testing.T) {
	dir := folder(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if made, _ := filepath.Glob(dir + "/postgres-*/PG_VERSION"); len(made) > 0 {
				cancel()
			}
		}
	}()
	_, err := Start(ctx, Options{DataDir: dir, Log: slog.New(slog.DiscardHandler), Fast: true})
	require.Error(t, err)
	s, _ := startIn(t, dir)
	require.Equal(t, "1", ask(t, s.URL(), `SELECT '1'`))
}

func TestAPortThatWasTakenMeanwhileIsReplaced(t *testing.T) {
	dir := folder(t)
	s, _ := startIn(t, dir)
	require.NoError(t, s.Stop())
	taken, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
	require.NoError(t, err)
	defer taken.Close()
	again, _ := startIn(t, dir)
	require.NotEqual(t, s.port, again.port)
	require.Equal(t, "1", ask(t, again.URL(), `SELECT '1'`))
}

func TestDoneTellsThatPostgresDiedAndTheNextStartRecovers(t *testing.T) {
	dir := folder(t)
	s, _ := startIn(t, dir)
	for n := range 3 {
		do(t, s.URL(), fmt.Sprintf(`CREATE TABLE t%d AS SELECT 'kept' AS v`, n))
		require.NoError(t, s.Kill())
		<-s.Done()
		require.NoError(t, s.Stop())
		s, _ = startIn(t, dir)
		require.Equal(t, "kept", ask(t, s.URL(), fmt.Sprintf(`SELECT v FROM t%d`, n)))
	}
}

func TestKillBreaksConnectionsAtWorkToo(t *testing.T) {
	s, _ := startIn(t, folder(t))
	conn, err := pgx.Connect(t.Context(), s.URL())
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	broke := make(chan error, 1)
	go func() { // a computation doesn't notice that the server's first process has gone
		_, err := conn.Exec(context.WithoutCancel(t.Context()), `SELECT count(*) FROM generate_series(1, 100000000)`)
		broke <- err
	}()
	require.Eventually(t, func() bool {
		return ask(t, s.URL(), `SELECT count(*)::text FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series(1%'`) == "2"
	}, soon, often)
	begun := time.Now()
	require.NoError(t, s.Kill())
	require.Error(t, <-broke)
	require.Less(t, time.Since(begun), 5*time.Second)
}

func TestAPausedServerAnswersNothingUntilItIsResumed(t *testing.T) {
	s, _ := startIn(t, folder(t))
	conn, err := pgx.Connect(t.Context(), s.URL())
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	require.NoError(t, s.Pause())
	answered := make(chan error, 1)
	go func() { answered <- conn.Ping(context.WithoutCancel(t.Context())) }()
	pause, cancel := context.WithTimeout(t.Context(), tryWithin/6)
	defer cancel()
	select {
	case err := <-answered:
		t.Fatalf("it answered: %v", err)
	case <-pause.Done():
	}
	require.NoError(t, s.Resume())
	require.NoError(t, <-answered)
}

func TestAPausedServerCanBeStopped(t *testing.T) {
	s, _ := startIn(t, folder(t))
	require.NoError(t, s.Pause())
	begun := time.Now()
	require.NoError(t, s.Stop())
	require.Less(t, time.Since(begun), stopWithin, "it heard the first signal")
}

func TestRemoveTakesAClusterOffTheDisk(t *testing.T) {
	dir := filepath.Join(folder(t), "data")
	s, _ := startIn(t, dir)
	require.ErrorIs(t, Remove(dir), ErrInUse)
	require.NoError(t, s.Stop())
	require.NoError(t, Remove(dir))
	require.NoDirExists(t, dir)
	require.NoDirExists(t, s.place.data)
}

func TestAClusterWithoutItsPasswordIsNotThrownAway(t *testing.T) {
	dir := folder(t)
	s, _ := startIn(t, dir)
	require.NoError(t, s.Stop())
	require.NoError(t, os.Remove(s.place.notes+".password"))
	_, err := Start(t.Context(), Options{DataDir: dir, Log: slog.New(slog.DiscardHandler)})
	require.ErrorContains(t, err, "remove the folder to begin anew")
	require.FileExists(t, filepath.Join(s.place.data, "PG_VERSION"))
}

func TestAFailedStartSaysWhatPostgresSaid(t *testing.T) {
	dir := folder(t)
	s, _ := startIn(t, dir)
	require.NoError(t, s.Stop())
	require.NoError(t, s.place.as.writeFile(filepath.Join(s.place.data, "PG_VERSION"), "9.6\n"))
	_, err := Start(t.Context(), Options{DataDir: dir, Log: slog.New(slog.DiscardHandler)})
	require.True(t, errors.Is(err, errEnded), "%v", err)
	require.ErrorContains(t, err, "initialized by PostgreSQL version 9.6")
}
