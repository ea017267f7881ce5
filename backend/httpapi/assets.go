package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// codings are what a build leaves beside a file, the smallest first.
var codings = []struct{ name, extension string }{{"br", ".br"}, {"gzip", ".gz"}}

// asset streams a file, or its compressed copy where there is one that the browser takes. What lies
// under assets/ has its own hash in its name, so it never changes; of anything else a browser asks
// whether it has.
//
// An asset is the same for everyone: it varies with what the browser takes alone, or a browser would
// fetch all of them again when someone signs in.
func (p pages) asset(c *fiber.Ctx, name string, plain fs.FileInfo) error {
	chosen, coding := p.smallest(name, plain, strings.Join(all(c, fiber.HeaderAcceptEncoding), ","))
	file, err := p.files.Open(chosen)
	if err != nil {
		return errNotFound.With(err)
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = fiber.MIMEOctetStream
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if coding != "" {
		c.Set(fiber.HeaderContentEncoding, coding)
	}
	size, tag, err := p.tags.of(chosen, file)
	if err != nil {
		return errors.Join(fmt.Errorf("read a file of the pages: %w", err), file.Close())
	}
	if strings.HasPrefix(name, "assets/") {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	} else {
		c.Set(fiber.HeaderCacheControl, "no-cache")
	}
	c.Set(fiber.HeaderETag, tag)
	if has(strings.Join(all(c, fiber.HeaderIfNoneMatch), ","), tag) {
		c.Status(fiber.StatusNotModified)
		return file.Close()
	}
	c.Context().SetBodyStream(file, int(size)) // which closes it
	return nil
}

// smallest chooses between a file and its copies. A copy that is older than the file is of another
// build.
func (p pages) smallest(name string, plain fs.FileInfo, accepts string) (chosen, coding string) {
	for _, each := range codings {
		if !takes(accepts, each.name) {
			continue
		}
		copied, err := fs.Stat(p.files, name+each.extension)
		if err == nil && copied.Mode().IsRegular() && !copied.ModTime().Before(plain.ModTime()) {
			return name + each.extension, each.name
		}
	}
	return name, ""
}

// takes reports whether an Accept-Encoding allows a coding (RFC 9110, 12.5.3). What can't be read
// allows nothing.
func takes(accepts, coding string) bool {
	whatever := false
	for entry := range strings.SplitSeq(accepts, ",") {
		name, weight, weighed := strings.Cut(entry, ";")
		name = strings.TrimSpace(name)
		allowed := !weighed || isPositive(weight)
		switch {
		case strings.EqualFold(name, coding):
			return allowed
		case name == "*":
			whatever = allowed
		}
	}
	return whatever
}

// isPositive reads a weight, such as q=0.5 (RFC 9110, 12.4.2).
func isPositive(weight string) bool {
	name, value, _ := strings.Cut(weight, "=")
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err == nil && strings.EqualFold(strings.TrimSpace(name), "q") && q > 0
}

// has reports whether an If-None-Match names a tag (RFC 9110, 13.1.2).
func has(tags, tag string) bool {
	for each := range strings.SplitSeq(tags, ",") {
		each = strings.TrimSpace(each)
		if each == "*" || strings.TrimPrefix(each, "W/") == tag {
			return true
		}
	}
	return false
}

// tags remembers the entity tags of files for as long as their size and time are the same. Safe for
// concurrent use; made by newTags.
type tags struct {
	mu    sync.Mutex
	known map[string]tagged
}

type tagged struct {
	size int64
	at   time.Time
	tag  string
}

func newTags() *tags { return &tags{known: map[string]tagged{}} }

// of gives the size and the tag of an open file, and leaves it at its beginning. Two copies of a file
// have different bytes, and so different tags (RFC 9110, 8.8.3.3).
func (t *tags) of(name string, file fs.File) (size int64, tag string, err error) {
	info, err := file.Stat()
	if err != nil {
		return 0, "", err
	}
	t.mu.Lock()
	was := t.known[name]
	t.mu.Unlock()
	if was.tag != "" && was.size == info.Size() && was.at.Equal(info.ModTime()) {
		return was.size, was.tag, nil
	}
	seeker, is := file.(io.Seeker)
	if !is {
		return 0, "", errors.New("a file that can't be read twice")
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return 0, "", err
	}
	if _, err := seeker.Seek(0, io.SeekStart); err != nil {
		return 0, "", err
	}
	now := tagged{info.Size(), info.ModTime(), strconv.Quote(base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:16]))}
	t.mu.Lock()
	t.known[name] = now
	t.mu.Unlock()
	return now.size, now.tag, nil
}
