package lambda

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Compile compiles main packages as for Lambda, but for this machine, each into a file of dir with its package's name. It skips
// files that are up to date. It does not trim paths, so that the build shares compiled packages with the tests. Flags are passed
// to go build.
func Compile(ctx context.Context, dir string, importPaths []string, more ...string) error {
	flags := append([]string{"build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", dir + string(filepath.Separator)}, more...)
	command := exec.CommandContext(ctx, "go", append(flags, importPaths...)...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", strings.Join(importPaths, ", "), err, output)
	}
	return nil
}

// Link gives a file a second name and replaces the file that has it.
func Link(file, name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return err
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Link(file, name)
}

// Bootstrap returns the path of a function in a folder.
func Bootstrap(dir, function string) string { return filepath.Join(dir, function, "bootstrap") }
