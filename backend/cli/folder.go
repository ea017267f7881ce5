package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockWithin = time.Minute // others before this one may each wait for a server
	lockEvery  = 15 * time.Millisecond
	fileMost   = 64 << 10 // bytes
)

// folder is one that only its owner looks into.
type folder struct{ path string }

// make makes it, and demands that nobody else can put anything in.
func (f folder) make() error {
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s has mode %04o: %w, and write to it. Say: chmod 700 %s", f.path, info.Mode().Perm(), ErrExposed, f.path)
	}
	return nil
}

// lock waits until no other process has it. It ends with the process, however that ends; its file stays.
func (f folder) lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := f.make(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, lockWithin, ErrBusy)
	defer cancel()
	lock := flock.New(filepath.Join(f.path, name))
	if _, err := lock.TryLockContext(ctx, lockEvery); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("lock %s: %w", lock.Path(), err)
	}
	return func() { _ = lock.Unlock() }, nil
}

// read reads a file. Where it is not only its owner's, ErrExposed comes with the text.
func (f folder) read(name string) ([]byte, error) {
	file, err := os.Open(filepath.Join(f.path, name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, fileMost))
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		err = fmt.Errorf("%s has mode %04o: %w. Its tokens may be known: sign in again, which ends that session. "+
			"If you are sure that they are not: chmod 600 %s", file.Name(), info.Mode().Perm(), ErrExposed, file.Name())
	}
	return text, err
}

// write puts a file in the place of another one, whole or not at all, and on the disk. The caller has the
// lock: what a process that was killed has left in the way is nobody's.
func (f folder) write(name string, text []byte) error {
	target := filepath.Join(f.path, name)
	beside := target + ".new"
	if err := os.Remove(beside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(beside, target)
	}
	if err != nil {
		_ = os.Remove(beside)
		return err
	}
	return f.sync()
}

// sync has the folder itself on the disk, where systems have that.
func (f folder) sync() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	here, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer here.Close()
	return here.Sync()
}
