package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is who runs postgres, which refuses to be root.
type account struct {
	name     string
	uid, gid uint32
	drop     bool // we are root and have to become them
}

// whoRuns is whoever runs us; for root it is `postgres` if there is one, else `nobody`.
func whoRuns() (*account, error) {
	if uid := os.Getuid(); uid != 0 {
		return &account{name: "you", uid: uint32(uid), gid: uint32(os.Getgid())}, nil //nolint:gosec // ids fit
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(found.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(found.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &account{name: name, uid: uint32(uid), gid: uint32(gid), drop: true}, nil
		}
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody to run it as")
}

func (a *account) attributes() *syscall.SysProcAttr {
	attributes := dieWithUs()
	attributes.Setpgid = true
	if a.drop {
		attributes.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attributes
}

// reaches reports whether they can walk to a folder.
func (a *account) reaches(dir string) bool {
	if !a.drop {
		return true
	}
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return false
		}
		owner, ok := info.Sys().(*syscall.Stat_t)
		mine := ok && owner.Uid == a.uid && info.Mode()&0o100 != 0
		if !mine && info.Mode()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// temporary is a folder for temporary files that they can walk to: root's own, which TMPDIR may
// name, often is not.
func (a *account) temporary() string {
	for _, dir := range []string{"/var/tmp", os.TempDir()} {
		if a.reaches(dir) {
			return dir
		}
	}
	return "/tmp"
}

// makeFolder makes a folder that is theirs alone.
func (a *account) makeFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("make the cluster's folder: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	// In a folder that all can write to, somebody else may have made it first.
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || (owner.Uid != a.uid && owner.Uid != uint32(os.Getuid())) { //nolint:gosec // ids fit
		return fmt.Errorf("%s belongs to somebody else", dir)
	}
	if a.drop {
		return os.Chown(dir, int(a.uid), int(a.gid))
	}
	return nil
}

// writeFile writes a file that only they can read.
func (a *account) writeFile(name, text string) error {
	_ = os.Remove(name)
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if a.drop {
		if err := file.Chown(int(a.uid), int(a.gid)); err != nil {
			return err
		}
	}
	_, err = file.WriteString(text)
	return err
}

// takeLock holds a file for as long as this process lives, whatever ends it.
func takeLock(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil { //nolint:gosec // descriptors fit
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrInUse
		}
		return nil, fmt.Errorf("lock: %w", err)
	}
	return file, nil
}
