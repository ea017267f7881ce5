package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile is the most that is read of any file, in bytes.
const maxFile = 1 << 20

var errTooLarge = errors.New("it is larger than 1 MiB")

// readFile reads a file of at most maxFile bytes.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // the operator names it
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = errTooLarge
	}
	return text, err
}

// reason is what went wrong with a file, without its path: a value may be a secret in the wrong line.
func reason(err error) string {
	var of *fs.PathError
	if errors.As(err, &of) {
		err = of.Err
	}
	return err.Error()
}

// flaw is why a text is no YAML document of ours, and in which line.
type flaw struct {
	line       int // 0: the text as a whole
	rule, mend string
}

// parse reads one YAML document. A nil node without a flaw is a text that says nothing.
func parse(text []byte) (*yaml.Node, *flaw) {
	if len(text) > maxFile {
		return nil, &flaw{rule: "must be 1 MiB at most", mend: "shorten it"}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, syntax(err)
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return nil, &flaw{second.Line, "must be one YAML document", "take out what follows the line with three hyphens"}
	case !errors.Is(err, io.EOF):
		return nil, syntax(err)
	}
	if root := document.Content[0]; root.ShortTag() != "!!null" {
		return root, nil
	}
	return nil, nil
}

var (
	lineOfError = regexp.MustCompile(`^line (\d+): `)
	encoding    = regexp.MustCompile(`UTF-|Unicode|control character|surrogate`)
	punctuation = regexp.MustCompile(`'[^A-Za-z0-9]'`)
)

// syntax words an error of the YAML library. Its text is repeated only where it quotes nothing but
// punctuation. Its line may be the one above.
func syntax(err error) *flaw {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if strings.HasPrefix(text, "unknown anchor") {
		return &flaw{rule: "is not YAML: a value that begins with an asterisk is not in quotes", mend: "put it in quotes"}
	}
	found := &flaw{line: 1, rule: "is not YAML", mend: "look at the indentation, the quotes, the brackets and the colons around that line"}
	if match := lineOfError.FindStringSubmatch(text); match != nil { // the library leaves out the first line
		found.line, _ = strconv.Atoi(match[1])
		text = text[len(match[0]):]
	}
	if encoding.MatchString(text) {
		found.line, found.mend = 0, "save it as UTF-8 text"
	}
	if !strings.ContainsAny(punctuation.ReplaceAllString(text, ""), "'\"`") {
		found.rule = fmt.Sprintf("is not YAML: %s", text)
	}
	return found
}
