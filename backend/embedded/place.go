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
func prepare(dir string, log *slog.Logger) (place, error) {
	as, err := whoRuns()
	if err != nil {
		return place{}, err
	}
	bin, err := findBinaries()
	if err != nil {
		return place{}, err
	}
	if !as.reaches(bin) {
		copied := filepath.Join(os.TempDir(), fmt.Sprintf("vestibule-postgres-%08x", hash(bin)))
		if err := copyTree(filepath.Dir(bin), copied); err != nil {
			return place{}, fmt.Errorf("copy the binaries to where %s can reach them: %w", as.name, err)
		}
		log.Info("postgres' own user can't reach its binaries: running a copy", "user", as.name, "folder", copied)
		bin = filepath.Join(copied, "bin")
	}
	if err := link(filepath.Dir(bin)); err != nil {
		return place{}, fmt.Errorf("link the libraries: %w", err)
	}
	// A cluster belongs to the user who made it, so the name says who that is.
	name := fmt.Sprintf("postgres-%d", as.uid)
	p := place{bin: bin, as: as, log: filepath.Join(dir, name+".log"), notes: filepath.Join(dir, name), data: filepath.Join(dir, name)}
	if !as.reaches(dir) {
		p.data = filepath.Join(os.TempDir(), fmt.Sprintf("vestibule-%s-%08x", name, hash(dir)))
		log.Info("postgres' own user can't reach the data folder: its files lie elsewhere", "user", as.name, "folder", p.data)
	}
	return p, as.makeFolder(p.data)
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

// init makes the cluster, once, and gives its password.
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
	handed := p.data + ".pw" // beside the folder, which initdb wants empty
	if err := p.as.writeFile(handed, words); err != nil {
		return "", err
	}
	defer os.Remove(handed)
	if err := emptyFolder(p.data); err != nil { // of a start that was killed half-way
		return "", err
	}
	out, err := p.command(ctx, "initdb", "-D", p.data, "-U", role, "--pwfile", handed, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, lastLine(out))
	}
	return words, os.WriteFile(note, []byte(words), 0o600)
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
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 || !commandLineHas(pid, p.data) {
		return nil // none, or the number is somebody else's by now: postgres itself removes the file
	}
	log.Info("stopping the postgres that an earlier start left behind", "pid", pid)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the postgres left behind (%d): %w", pid, err)
		}
		for deadline := time.Now().Add(stopWithin); time.Now().Before(deadline); <-time.After(20 * time.Millisecond) {
			if !commandLineHas(pid, p.data) {
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

func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
