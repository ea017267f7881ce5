package embedded

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// place is where one user's cluster lives, and what it is run with.
type place struct {
	bin   string
	data  string
	log   string
	notes string // port and password are noted beside the cluster, under this prefix
	as    *account
}

// prepare finds the binaries, and a folder that the user who runs postgres can reach.
func prepare(ctx context.Context, dir string, log *slog.Logger) (place, error) {
	p, err := locate(dir)
	if err != nil {
		return place{}, err
	}
	if filepath.Dir(p.data) != dir {
		log.Info("postgres' own user can't reach the data folder: its files lie elsewhere", "user", p.as.name, "folder", p.data)
	}
	found, err := findBinaries()
	if err != nil {
		return place{}, err
	}
	var unusable []error
	for _, bin := range found {
		if p.bin, err = p.as.use(ctx, bin, log); err == nil {
			return p, p.as.makeFolder(p.data)
		}
		unusable = append(unusable, fmt.Errorf("%s can't be used: %w", bin, err))
	}
	return place{}, errors.Join(unusable...)
}

// locate says where a data folder's cluster is, whether it is there or not.
func locate(dir string) (place, error) {
	as, err := whoRuns()
	if err != nil {
		return place{}, err
	}
	// A cluster belongs to the user who made it, so the name says who that is.
	name := fmt.Sprintf("postgres-%d", as.uid)
	p := place{as: as, log: filepath.Join(dir, name+".log"), notes: filepath.Join(dir, name), data: filepath.Join(dir, name)}
	if !as.reaches(dir) {
		p.data = filepath.Join(as.temporary(), fmt.Sprintf("vestibule-%s-%08x", name, hash(dir)))
	}
	return p, nil
}

// use makes binaries usable to them, by a copy where they can't be reached, and tries them.
func (a *account) use(ctx context.Context, bin string, log *slog.Logger) (string, error) {
	if !a.reaches(bin) {
		copied := filepath.Join(a.temporary(), fmt.Sprintf("vestibule-postgres-%08x", hash(bin)))
		if err := copyTree(filepath.Dir(bin), copied); err != nil {
			return "", fmt.Errorf("copy them to where %s can reach them: %w", a.name, err)
		}
		log.Info("postgres' own user can't reach its binaries: running a copy", "user", a.name, "folder", copied)
		bin = filepath.Join(copied, "bin")
	}
	if err := link(filepath.Dir(bin)); err != nil {
		return "", fmt.Errorf("link the libraries: %w", err)
	}
	out, err := place{bin: bin, as: a}.command(ctx, "postgres", "--version").CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		return "", fmt.Errorf("root may not become %s here (a container without CAP_SETUID?): run vestibule as an ordinary user: %w", a.name, err)
	}
	if err != nil {
		return "", fmt.Errorf("postgres --version: %w: %s", err, lastLine(out))
	}
	var major int
	if _, err := fmt.Sscanf(string(out), "postgres (PostgreSQL) %d", &major); err != nil || major < oldest {
		return "", fmt.Errorf("it is %q, and PostgreSQL %d or later is needed", lastLine(out), oldest)
	}
	return bin, nil
}

func hash(text string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text))
	return h.Sum32()
}

// command runs one of the binaries as the user who may.
func (p place) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin"}
	cmd.SysProcAttr = p.as.attributes()
	return cmd
}

// init makes the cluster, once, and gives its password. The cluster is made under another name and
// gets its own at the end, so that a start that is killed half-way leaves nothing that counts.
func (p place) init(ctx context.Context, log *slog.Logger) (string, error) {
	note := p.notes + ".password"
	if readFile(filepath.Join(p.data, "PG_VERSION")) != "" {
		if words := readFile(note); words != "" {
			return words, nil
		}
		return "", fmt.Errorf("%s has a cluster, but its password is gone (%s): remove the folder to begin anew", p.data, note)
	}
	log.Info("making a database", "folder", p.data)
	var raw [24]byte
	_, _ = rand.Read(raw[:])
	words := hex.EncodeToString(raw[:])
	half, handed := p.data+".half", p.data+".pw"
	if err := os.RemoveAll(half); err != nil {
		return "", err
	}
	if err := p.as.makeFolder(half); err != nil {
		return "", err
	}
	defer os.RemoveAll(half)
	if err := p.as.writeFile(handed, words); err != nil {
		return "", err
	}
	defer os.Remove(handed)
	defer holdThread()() // initdb too ends when we do
	out, err := p.command(ctx, "initdb", "-D", half, "-U", role, "--pwfile", handed, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, lastLine(out))
	}
	if err := os.WriteFile(note, []byte(words), 0o600); err != nil {
		return "", err
	}
	if err := os.RemoveAll(p.data); err != nil { // no cluster: see above
		return "", err
	}
	return words, os.Rename(half, p.data)
}

// port gives the one that was used before, where it is still free.
func (p place) port() (int, error) {
	note := p.notes + ".port"
	if before, err := strconv.Atoi(readFile(note)); err == nil && isFree(before) {
		return before, nil
	}
	for range 100 {
		// Below 32768: the system hands out those above by itself, and then one is taken now and then.
		if port := 20000 + mathrand.IntN(12000); isFree(port) {
			return port, os.WriteFile(note, []byte(strconv.Itoa(port)), 0o600)
		}
	}
	return 0, errors.New("no free port between 20000 and 32000")
}

func isFree(port int) bool {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)) //nolint:noctx // closed in the next line
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

// stopStale ends a postgres that a killed program left on this cluster. We hold the lock, so
// whatever runs there is nobody's.
func (p place) stopStale(log *slog.Logger) error {
	note := filepath.Join(p.data, "postmaster.pid")
	first, _, _ := strings.Cut(readFile(note), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first)) // 0 where there is no number
	if pid <= 1 || !isPostgres(pid, p.data) {
		return nil // none, or the number is somebody else's by now: postgres itself removes the file
	}
	log.Info("stopping the postgres that an earlier start left behind", "pid", pid)
	_ = syscall.Kill(pid, syscall.SIGCONT)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the postgres left behind (%d): %w", pid, err)
		}
		for deadline := time.Now().Add(stopWithin); time.Now().Before(deadline); <-time.After(20 * time.Millisecond) {
			if !isPostgres(pid, p.data) {
				return nil
			}
		}
	}
	return fmt.Errorf("the postgres left behind (%d) does not end", pid)
}

func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}
