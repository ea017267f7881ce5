package embedded

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// helperFolder in the environment makes this test binary a program that runs a server on that
// folder until its standard input ends.
const helperFolder = "VESTIBULE_TEST_HELPER_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperFolder); dir != "" {
		os.Exit(beHelper(dir))
	}
	os.Exit(m.Run())
}

func beHelper(dir string) int {
	s, err := Start(context.Background(), Options{DataDir: dir, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Fast: true})
	if err != nil {
		fmt.Println("failed:", err)
		return 1
	}
	fmt.Println("started", s.cmd.Process.Pid, s.URL())
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	if err := s.Stop(); err != nil {
		fmt.Println("failed:", err)
		return 1
	}
	fmt.Println("stopped")
	return 0
}

// helper is such a program.
type helper struct {
	cmd      *exec.Cmd
	stop     func() error // ends its input
	out      *bufio.Scanner
	postgres int
	url      string
}

func startHelper(t *testing.T, dir string, attributes *syscall.SysProcAttr) *helper {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	here, err := os.Getwd()
	require.NoError(t, err)
	if attributes != nil { // the test binary lies in a folder that is ours alone, and so may this one
		self = reachable(t, self)
		here = filepath.Dir(self)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Dir, cmd.SysProcAttr = here, attributes
	cmd.Env = append(os.Environ(), helperFolder+"="+dir)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	h := &helper{cmd: cmd, stop: in.Close, out: bufio.NewScanner(out)}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	words := strings.Fields(h.says())
	require.Len(t, words, 3, "the helper says %q", words)
	h.postgres, err = strconv.Atoi(words[1])
	require.NoError(t, err)
	h.url = words[2]
	return h
}

func (h *helper) says() string { h.out.Scan(); return h.out.Text() }

// reachableBinaries copies PostgreSQL's, for another user, to where that one can run them.
func reachableBinaries(t *testing.T, owner *user.User) {
	t.Helper()
	found, err := findBinaries()
	require.NoError(t, err)
	copied := filepath.Join(folder(t), "native")
	require.NoError(t, exec.CommandContext(t.Context(), "cp", "-r", filepath.Dir(found[0]), copied).Run())
	require.NoError(t, exec.CommandContext(t.Context(), "chown", "-R", owner.Username, copied).Run())
	t.Setenv("PG_BIN", filepath.Join(copied, "bin"))
}

// reachable copies a program to where everybody can run it.
func reachable(t *testing.T, program string) string {
	t.Helper()
	text, err := os.ReadFile(program)
	require.NoError(t, err)
	copied := filepath.Join(folder(t), "helper")
	require.NoError(t, os.WriteFile(copied, text, 0o755)) //nolint:gosec // another user runs it
	return copied
}

// folder is a temporary one that everybody can walk to, unlike t.TempDir's. At the end no postgres
// may run in it.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var/tmp", "vestibule-test-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755)) //nolint:gosec // see above
	t.Cleanup(func() {
		defer os.RemoveAll(dir)
		require.Eventually(t, func() bool { return len(running(t, dir)) == 0 }, soon, often, "left behind")
	})
	return dir
}

// running are the processes whose command line names something in a folder.
func running(t *testing.T, dir string) []string {
	t.Helper()
	out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "ps", "-eo", "pid,args").Output()
	require.NoError(t, err)
	var found []string
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "postgres -D "+dir+"/") {
			found = append(found, line)
		}
	}
	return found
}

// journal keeps a log for reading. Safe for concurrent use.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func startIn(t *testing.T, dir string) (*Server, *journal) {
	t.Helper()
	var said journal
	s, err := Start(t.Context(), Options{DataDir: dir, Log: slog.New(slog.NewTextHandler(&said, nil)), Fast: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	return s, &said
}

// ask runs a query that gives one text.
func ask(t *testing.T, url, query string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	var text string
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&text))
	return text
}

func do(t *testing.T, url, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	_, err = conn.Exec(t.Context(), statement)
	require.NoError(t, err)
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root becomes another user")
	}
}

func ended(pid int, data string) func() bool {
	return func() bool { return !isPostgres(pid, data) }
}

const soon, often = 20 * time.Second, 10 * time.Millisecond
